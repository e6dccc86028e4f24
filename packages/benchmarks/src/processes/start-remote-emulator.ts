import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { AwsEmulatorOptions, EmulatorFault } from "@evercred/testing";
import type { EmulatorAnswer, EmulatorCommand } from "./emulator-host.js";

/** An emulator that runs in another process. */
export interface RemoteEmulator {
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  addFault(fault: EmulatorFault): Promise<void>;
  /** Lifts every fault and forgets every request. */
  clear(): Promise<void>;
  count(operation: string): Promise<number>;
  advance(ms: number): Promise<void>;
  close(): void;
}

interface Reply {
  readonly id: number;
  readonly answer?: EmulatorAnswer;
  readonly error?: string;
}

/** Starts an emulator in a process of its own. */
export async function startRemoteEmulator(options: AwsEmulatorOptions): Promise<RemoteEmulator> {
  const file = fileURLToPath(new URL("./emulator-host.js", import.meta.url));
  // Advanced: `Infinity` survives it.
  const child = fork(file, { serialization: "advanced", execArgv: [] });
  const waiting = new Map<number, (reply: Reply) => void>();
  let asked = 0;
  child.on("message", (reply: Reply) => {
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  });

  function ask(command: EmulatorCommand): Promise<EmulatorAnswer> {
    asked += 1;
    const id = asked;
    return new Promise((resolve, reject) => {
      waiting.set(id, ({ answer, error }) => {
        answer === undefined ? reject(new Error(error)) : resolve(answer);
      });
      child.send({ id, command });
    });
  }

  const { url = "", env = {} } = await ask({ do: "start", options });
  return {
    url,
    env,
    addFault: async (fault) => void (await ask({ do: "fault", fault })),
    clear: async () => void (await ask({ do: "clear" })),
    count: async (operation) => (await ask({ do: "count", operation })).count ?? 0,
    advance: async (ms) => void (await ask({ do: "advance", ms })),
    close: () => child.disconnect(),
  };
}
