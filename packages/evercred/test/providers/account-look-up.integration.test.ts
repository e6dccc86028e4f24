import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFakeClock } from "@evercred/testing";
import { build } from "esbuild";
import { type CredentialProvider, fromEnv, fromStatic } from "evercred";
import { describe, expect, it, onTestFinished } from "vitest";
import { onlyVariables } from "../sts/aws-settings.js";
import { turn } from "../sts/regional-aws.js";
import { emulatedAws } from "../support/emulated-aws.js";
import { EXAMPLE_KEY_ID, randomSecret } from "../support/random-credentials.js";

const RIGHT = "123456789012";
const WRONG = "210987654321";

async function aws() {
  const emulated = await emulatedAws();
  onlyVariables({ AWS_ENDPOINT_URL_STS: emulated.emulator.url });
  const { accessKeyId, secretAccessKey } = await emulated.user();
  return { ...emulated, keys: { accessKeyId, secretAccessKey } };
}

type Aws = Awaited<ReturnType<typeof aws>>;

/** Both providers that answer at once. */
const DIRECT: readonly (readonly [name: string, make: (aws: Aws, allowed: string) => CredentialProvider])[] = [
  ["fromStatic", ({ keys, clock }, allowed) => fromStatic(keys, { allowedAccountIds: [allowed], clock })],
  [
    "fromEnv",
    ({ emulator, clock }, allowed) =>
      fromEnv({ env: { ...emulator.env, AWS_ACCOUNT_ID: undefined }, allowedAccountIds: [allowed], clock }),
  ],
];

describe.each(DIRECT)("the account of what %s answers", (_name, make) => {
  it("is asked once, also when it is refused, and shows in `status()`", async () => {
    const world = await aws();
    const provider = make(world, WRONG);
    for (const time of [1, 2, 3]) {
      await expect(provider(), `call ${time}`).rejects.toMatchObject({
        code: "ERR_CREDENTIALS_CONFIG",
        message: expect.stringContaining(RIGHT),
      });
    }
    expect(world.emulator.count("GetCallerIdentity")).toBe(1);
    expect(provider.status()).toMatchObject({ phase: "valid", accountId: RIGHT });
  });

  it("is asked again after it could not be asked, and then no more", async () => {
    const world = await aws();
    world.emulator.addFault({ operation: "GetCallerIdentity", kind: "access-denied", times: 2 });
    const provider = make(world, RIGHT);
    for (const time of [1, 2]) {
      await expect(provider(), `call ${time}`).rejects.toMatchObject({ code: "ERR_CREDENTIALS_DENIED" });
      expect(provider.status()).not.toHaveProperty("accountId");
    }
    await expect(provider()).resolves.toMatchObject({ accountId: RIGHT });
    expect(await provider()).toBe(await provider());
    expect(world.emulator.count("GetCallerIdentity")).toBe(3);
  });

  it("is asked in the calling client's region", async () => {
    const world = await aws();
    await make(world, RIGHT)({ callerClientConfig: { region: async () => "ap-southeast-2" } });
    expect(world.emulator.requests.map(({ region }) => region)).toEqual(["ap-southeast-2"]);
  });
});

describe("the question for an account", () => {
  it("ends within thirty seconds, and leaves no timer", async () => {
    const { emulator, keys } = await aws();
    const clock = createFakeClock();
    emulator.addFault({ kind: "silence" });
    const call = fromStatic(keys, { allowedAccountIds: [RIGHT], clock })();
    let error: unknown;
    call.catch((cause: unknown) => {
      error = cause;
    });
    await turn(clock, () => emulator.requests.length > 0);
    await clock.advance(30_000);
    await turn(clock, () => error !== undefined);
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_TIMEOUT" });
    expect(clock.pending).toBe(0);
  });

  it("that failed for a set which is no longer there does not forget the new one's", async () => {
    const { emulator, keys, clock } = await aws();
    const others = emulator.addUser({ userName: "other" }).credentials;
    const env: Record<string, string> = {
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    };
    const provider = fromEnv({ env, allowedAccountIds: [RIGHT], clock });
    emulator.addFault({ kind: "latency", latencyMs: 200, accessKeyId: keys.accessKeyId });
    emulator.addFault({ kind: "access-denied", accessKeyId: keys.accessKeyId });
    const old = provider().catch((error: unknown) => error);
    Object.assign(env, { AWS_ACCESS_KEY_ID: others.accessKeyId, AWS_SECRET_ACCESS_KEY: others.secretAccessKey });
    const first = await provider();
    expect(await old).toMatchObject({ code: "ERR_CREDENTIALS_DENIED" });
    expect(await provider()).toBe(first);
  });

  it("keeps the process alive until it is answered, or has failed", async () => {
    const outdir = await mkdtemp(join(tmpdir(), "evercred-alive-"));
    onTestFinished(() => rm(outdir, { recursive: true }));
    const outfile = join(outdir, "app.mjs");
    const contents = `
      import { fromStatic } from "evercred";
      const keys = { accessKeyId: process.env.KEY_ID, secretAccessKey: process.env.KEY };
      await fromStatic(keys, { allowedAccountIds: ["${RIGHT}"] })();
    `;
    await build({
      stdin: { contents, resolveDir: import.meta.dirname, sourcefile: "app.js" },
      bundle: true,
      outfile,
      platform: "node",
      format: "esm",
      mainFields: ["module", "main"],
      conditions: ["@evercred/source", "module"],
    });
    const env = {
      PATH: process.env["PATH"],
      KEY_ID: EXAMPLE_KEY_ID,
      KEY: randomSecret(),
      AWS_REGION: "eu-west-1",
      AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${await closedPort()}`,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    };
    const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile(process.execPath, [outfile], { env }, (error, _stdout, text) =>
        resolve({ code: error?.code, stderr: text }),
      );
    });
    // Node's own code for a promise that nothing would ever settle is 13.
    expect(code).toBe(1);
    expect(stderr).toContain("ERR_CREDENTIALS_TRANSIENT");
    expect(stderr).toContain("after 3 attempts");
  });
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
