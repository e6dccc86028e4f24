import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { type AwsEmulator, startAwsEmulator } from "@evercred/testing";
import {
  type CredentialCache,
  type CredentialProvider,
  createCredentialCache,
  fromAssumeRole,
  fromEnv,
} from "evercred";
import { withEnv } from "../processes/with-env.js";
import { type CaseReport, countRow, type Row } from "../report/row.js";
import { mfaSessionRows } from "./mfa-session.js";

const ACCOUNT = "123456789012";
const DEVICE = `arn:aws:iam::${ACCOUNT}:mfa/demo`;
const LEAVES = 10;
const roleArn = (roleName: string): string => `arn:aws:iam::${ACCOUNT}:role/${roleName}`;
const leafArns = Array.from({ length: LEAVES }, (_, index) => roleArn(`leaf-${index}`));

type Provider = CredentialProvider | ReturnType<typeof fromTemporaryCredentials>;

/** What one side does, as the number of times that STS or a person was asked. */
interface Scenario {
  readonly what: string;
  readonly must: number;
  evercred(world: World): Promise<number>;
  sdk(world: World): Promise<number>;
}

/** An emulator, a cache that holds nothing yet, and how to use a provider. */
interface World {
  readonly emulator: AwsEmulator;
  readonly cache: CredentialCache;
  /** Runs `work` and answers how many AssumeRole calls it cost. */
  calls(work: () => Promise<unknown>): Promise<number>;
}

/** How often STS, and a person, are asked. */
export async function calls(): Promise<CaseReport> {
  const roleNames = ["one", "base", "leaf", "mfa", ...leafArns.map((arn) => arn.split("/")[1] ?? "")];
  await using emulator = await startAwsEmulator({
    users: [
      {
        userName: "demo",
        accessKeyId: "AKIAIOSFODNN7EXAMPLE",
        secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        mfaSerialNumbers: [DEVICE],
      },
    ],
    roles: roleNames.map((roleName) => ({ roleName, trust: { requireMfa: roleName === "mfa" } })),
  });
  const rows = await withEnv(emulator.env, () => rowsOf(emulator));
  return {
    name: "calls",
    title: "how often STS and people are asked",
    notes: [
      "Clients are @aws-sdk/client-s3 and each sends one ListBuckets. The emulator counts AssumeRole.",
      "SDK: fromTemporaryCredentials, one for each client unless the row says otherwise.",
      "40 callers: a provider each and no client; Evercred's roles are on top of one fromMfaSession, which the SDK has not.",
    ],
    rows: [...rows, ...(await mfaSessionRows())],
  };
}

async function rowsOf(emulator: AwsEmulator): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const { what, must, evercred, sdk } of SCENARIOS) {
    const world: World = {
      emulator,
      cache: createCredentialCache(),
      async calls(work) {
        emulator.clearRequests();
        await work();
        return emulator.count("AssumeRole");
      },
    };
    rows.push(countRow(what, { evercred: await evercred(world), sdk: await sdk(world), must, unit: "" }));
  }
  return rows;
}

/** As many S3 clients as there are providers, all of them at once. */
async function useAll(world: World, providers: readonly Provider[]): Promise<void> {
  const clients = providers.map(
    (credentials) => new S3Client({ credentials, endpoint: world.emulator.url, region: "eu-central-1" }),
  );
  await Promise.all(clients.map((client) => client.send(new ListBucketsCommand({}))));
  for (const client of clients) {
    client.destroy();
  }
}

function times<T>(count: number, make: () => T): readonly T[] {
  return Array.from({ length: count }, make);
}

const sdkRole = (arn: string, masterCredentials?: Provider): ReturnType<typeof fromTemporaryCredentials> =>
  fromTemporaryCredentials({
    params: { RoleArn: arn },
    ...(masterCredentials === undefined ? {} : { masterCredentials }),
  });

const SCENARIOS: readonly Scenario[] = [
  {
    what: "20 clients with a provider each, one role: STS calls",
    must: 1,
    evercred: (world) =>
      world.calls(() =>
        useAll(
          world,
          times(20, () => fromAssumeRole({ roleArn: roleArn("one"), cache: world.cache })),
        ),
      ),
    sdk: (world) =>
      world.calls(() =>
        useAll(
          world,
          times(20, () => sdkRole(roleArn("one"))),
        ),
      ),
  },
  {
    what: "20 clients with a provider each, two hops: STS calls",
    must: 2,
    evercred: (world) => {
      const { cache } = world;
      const make = (): Provider =>
        fromAssumeRole({
          roleArn: roleArn("leaf"),
          source: fromAssumeRole({ roleArn: roleArn("base"), cache }),
          cache,
        });
      return world.calls(() => useAll(world, times(20, make)));
    },
    sdk: (world) =>
      world.calls(() =>
        useAll(
          world,
          times(20, () => sdkRole(roleArn("leaf"), sdkRole(roleArn("base")))),
        ),
      ),
  },
  {
    what: "50 cold calls at once of one provider: STS calls",
    must: 1,
    evercred: (world) => {
      const provider = fromAssumeRole({ roleArn: roleArn("one"), cache: world.cache });
      return world.calls(() => Promise.all(times(50, () => provider())));
    },
    sdk: (world) => {
      const provider = sdkRole(roleArn("one"));
      return world.calls(() => Promise.all(times(50, () => provider())));
    },
  },
  {
    what: "10 leaf roles over one shared master role: STS calls",
    must: 1 + LEAVES,
    evercred: (world) => {
      const { cache } = world;
      const source = fromAssumeRole({ roleArn: roleArn("base"), cache });
      return world.calls(() =>
        useAll(
          world,
          leafArns.map((arn) => fromAssumeRole({ roleArn: arn, source, cache })),
        ),
      );
    },
    sdk: (world) => {
      const master = sdkRole(roleArn("base"));
      return world.calls(() =>
        useAll(
          world,
          leafArns.map((arn) => sdkRole(arn, master)),
        ),
      );
    },
  },
  {
    what: "5 clients share one provider with MFA: prompts",
    must: 1,
    evercred: async (world) => {
      let prompts = 0;
      const tokenCode = (serialNumber: string): string => {
        prompts += 1;
        return world.emulator.mfaCode(serialNumber);
      };
      const options = { roleArn: roleArn("mfa"), serialNumber: DEVICE, tokenCode, source: fromEnv() };
      const provider = fromAssumeRole({ ...options, cache: world.cache });
      await useAll(
        world,
        times(5, () => provider),
      );
      return prompts;
    },
    sdk: async (world) => {
      let prompts = 0;
      const mfaCodeProvider = async (serialNumber: string): Promise<string> => {
        prompts += 1;
        return world.emulator.mfaCode(serialNumber);
      };
      const params = { RoleArn: roleArn("mfa"), SerialNumber: DEVICE };
      const provider = fromTemporaryCredentials({ params, mfaCodeProvider });
      await useAll(
        world,
        times(5, () => provider),
      );
      return prompts;
    },
  },
];
