import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import type { AwsEmulator } from "@evercred/testing";
import type { SdkCredentialProvider } from "evercred";

/** Twenty clients, and what became of the requests they sent. */
export interface Fleet {
  readonly name: string;
  /** Every client sends one request, all at once. */
  sendOnce(): Promise<Outcome>;
  /** The clients send a request each ten milliseconds in turn, as a busy server does. */
  sendFor(seconds: number): Promise<Outcome>;
  destroy(): void;
}

export interface Outcome {
  readonly sent: number;
  readonly failed: number;
  /** Requests without an answer when the patience of their sender ended. */
  readonly pending: number;
  readonly slowestMs: number;
  /** Calls of AssumeRole that arrived meanwhile. */
  readonly stsCalls: number;
  /** What the first failed request said. */
  readonly error?: string | undefined;
}

const CLIENTS = 20;
const PATIENCE_MS = 2_000;

/** Makes twenty clients, each with a provider of its own. */
export function createFleet(name: string, emulator: AwsEmulator, makeProvider: () => SdkCredentialProvider): Fleet {
  const clients = Array.from({ length: CLIENTS }, () => {
    const credentials = makeProvider();
    return new S3Client({ credentials, region: "us-east-1", endpoint: emulator.url, forcePathStyle: true });
  });

  async function gather(start: () => Promise<readonly Promise<Result>[]>): Promise<Outcome> {
    const before = emulator.count("AssumeRole");
    const results = await Promise.all(await start());
    return {
      sent: results.length,
      failed: results.filter(({ kind }) => kind === "failed").length,
      pending: results.filter(({ kind }) => kind === "pending").length,
      slowestMs: Math.max(...results.map(({ ms }) => ms)),
      stsCalls: emulator.count("AssumeRole") - before,
      error: results.find(({ error }) => error !== undefined)?.error,
    };
  }

  return {
    name,
    sendOnce: () => gather(async () => clients.map(sendWith)),
    sendFor: (seconds) =>
      gather(async () => {
        const started: Promise<Result>[] = [];
        for (let index = 0; index < seconds * 100; index += 1) {
          const client = clients[index % CLIENTS];
          started.push(...(client === undefined ? [] : [sendWith(client)]));
          await pause(10);
        }
        return started;
      }),
    destroy: () => {
      for (const client of clients) {
        client.destroy();
      }
    },
  };
}

interface Result {
  readonly kind: "answered" | "failed" | "pending";
  readonly ms: number;
  readonly error?: string;
}

async function sendWith(client: S3Client): Promise<Result> {
  const start = performance.now();
  const end = (kind: Result["kind"]): Result => ({ kind, ms: performance.now() - start });
  const answered = client.send(new ListBucketsCommand({})).then(
    () => end("answered"),
    (error: Error) => ({ ...end("failed"), error: `${error.name}: ${error.message.split("\n")[0]}` }),
  );
  return Promise.race([answered, pause(PATIENCE_MS).then(() => end("pending"))]);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
