import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { type AwsEmulator, startAwsEmulator } from "@evercred/testing";
import { type Clock, createCredentialCache, fromAssumeRole, fromStatic, type StsRegion } from "evercred";
import { freshClock } from "../processes/fresh-clock.js";
import { type CaseReport, countRow, plainRow, type Row, ratioRow } from "../report/row.js";
import { differenceOf, medianOf, quantile, ratioOf } from "../report/spread.js";

const PAIRS = 200;
const WARM_UP = 20;
const LOADS = 20;
const MOST_ADDED_MS = 5;
const SDK_TIMEOUT_MS = 100;
const FIRST = "eu-central-1";
const roleArns = Array.from({ length: LOADS }, (_, index) => `arn:aws:iam::123456789012:role/team-${index}`);

/** An emulator whose first region is down, one that is well in its place, and the second. */
interface World {
  readonly emulator: AwsEmulator;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly down: StsRegion;
  readonly well: StsRegion;
  readonly second: StsRegion;
}

/** What it costs that the first of `stsRegions` is down. */
export async function failover(): Promise<CaseReport> {
  return {
    name: "failover",
    title: "the first region of stsRegions is down",
    notes: [
      `Refused: ${PAIRS} pairs of one AssumeRole each, both with an empty cache and without memory of what is down, taking`,
      "turns in being first; column “SDK”: Evercred with a healthy first region. Nothing listens on the dead region's port.",
      "Silent: the region takes requests and never answers; one role a load. Evercred as it is by default, 8 s an attempt.",
      `SDK: fromTemporaryCredentials with that region, a request timeout of ${SDK_TIMEOUT_MS} ms (by default it has none) and its 3 attempts.`,
      "At once: nobody knows yet, so every load asks the silent region, and all of them wait for the same 8 s.",
    ],
    rows: [...(await inWorld(refusedRows)), ...(await inWorld(silentRows))],
  };
}

async function inWorld(look: (world: World) => Promise<readonly Row[]>): Promise<readonly Row[]> {
  await using emulator = await startAwsEmulator({
    roles: roleArns.map((arn) => ({ roleName: arn.split("/")[1] ?? "" })),
  });
  const place = async (region: string): Promise<StsRegion> => ({ region, endpoint: await emulator.regionUrl(region) });
  const { credentials } = emulator.addUser({ userName: "bench" });
  const [down, well, second] = [await place(FIRST), await place("eu-north-1"), await place("eu-west-1")];
  // Awaited here: the emulator ends with this function.
  return await look({ emulator, credentials, down, well, second });
}

/** One AssumeRole with an empty cache. */
async function load(world: World, of: { first: StsRegion; clock: Clock; roleArn?: string | undefined }): Promise<void> {
  const { first, clock, roleArn = roleArns[0] ?? "" } = of;
  await using cache = createCredentialCache({ clock });
  const source = fromStatic(world.credentials);
  await fromAssumeRole({ roleArn, source, stsRegions: [first, world.second], cache })();
}

async function refusedRows(world: World): Promise<readonly Row[]> {
  await world.emulator.closeRegion(FIRST);
  const knowing = freshClock();
  const subjects = {
    refused: () => load(world, { first: world.down, clock: freshClock() }),
    well: () => load(world, { first: world.well, clock: freshClock() }),
    remembered: () => load(world, { first: world.down, clock: knowing }),
  };
  const found = { refused: [] as number[], well: [] as number[], remembered: [] as number[] };
  const names = Object.keys(found) as (keyof typeof found)[];
  for (let pair = -WARM_UP; pair < PAIRS; pair += 1) {
    for (const name of pair % 2 === 0 ? names : names.toReversed()) {
      const startedAt = performance.now();
      await subjects[name]();
      if (pair >= 0) {
        found[name].push(performance.now() - startedAt);
      }
    }
  }
  const { refused, well, remembered } = found;
  const added = refused.map((ms, index) => ms - (well[index] ?? 0)).sort((one, other) => one - other);
  const median = medianOf(added);
  const sides = { evercred: medianOf(refused), sdk: medianOf(well), unit: "ms" };
  return [
    ratioRow("refused: a load, against one whose first region is well", { ...sides, ratio: ratioOf(refused, well) }),
    {
      ...plainRow("refused: added to a load, median", { evercred: median, unit: "ms" }),
      mustReach: `< ${MOST_ADDED_MS}`,
      reached: median < MOST_ADDED_MS,
    },
    plainRow("refused: added to a load, 9 of 10 stay below", { evercred: quantile(added, 0.9), unit: "ms" }),
    plainRow("refused: added to later loads, median", { evercred: differenceOf(remembered, well).median, unit: "ms" }),
  ];
}

async function silentRows(world: World): Promise<readonly Row[]> {
  const { emulator, down } = world;
  emulator.addFault({ region: FIRST, kind: "silence" });
  const timeouts = async (work: () => Promise<unknown>): Promise<number> => {
    emulator.clearRequests();
    await work();
    return emulator.requests.filter(({ region }) => region === FIRST).length;
  };
  const clock = freshClock();
  const failed = { evercred: 0, sdk: 0 };
  const count = (side: keyof typeof failed) => (): void => {
    failed[side] += 1;
  };
  const evercred = await timeouts(() =>
    inTurn((roleArn) => load(world, { first: down, clock, roleArn }).catch(count("evercred"))),
  );
  const sdk = await timeouts(() => inTurn((roleArn) => sdkProvider(world, roleArn)().catch(count("sdk"))));
  const together = freshClock();
  const atOnce = await timeouts(() =>
    Promise.all(roleArns.map((roleArn) => load(world, { first: down, clock: together, roleArn }))),
  );
  return [
    countRow(`silent: ${LOADS} loads one after the other, timeouts paid`, { evercred, sdk, must: 1, unit: "" }),
    countRow("silent: of those loads failed", { ...failed, must: 0, unit: "" }),
    plainRow(`silent: ${LOADS} loads at once, timeouts paid side by side`, { evercred: atOnce, unit: "" }),
  ];
}

async function inTurn(work: (roleArn: string) => Promise<unknown>): Promise<void> {
  for (const roleArn of roleArns) {
    await work(roleArn);
  }
}

function sdkProvider({ credentials, down }: World, roleArn: string): () => Promise<unknown> {
  return fromTemporaryCredentials({
    params: { RoleArn: roleArn },
    masterCredentials: credentials,
    clientConfig: { ...down, requestHandler: { requestTimeout: SDK_TIMEOUT_MS, throwOnRequestTimeout: true } },
  });
}
