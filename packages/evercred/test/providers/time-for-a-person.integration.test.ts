import {
  type CredentialCache,
  createCredentialCache,
  fromAssumeRole,
  fromAssumeRoot,
  fromFederationToken,
  fromMfaSession,
  fromProvider,
  fromSaml,
  fromWebIdentity,
  getWebIdentityToken,
  type SdkCredentialProvider,
} from "evercred";
import { describe, expect, it } from "vitest";
import { emulatedAws, roleArn } from "../support/emulated-aws.js";
import { awsWithMfa } from "./aws-with-mfa.js";
import { awsWithOidc } from "./aws-with-oidc.js";
import { awsWithSaml } from "./aws-with-saml.js";

const SERVICE_MS = 30_000;
const PERSON_MS = 300_000;

/** A cache that notes how long its loads may take. */
function notedCache(clock: { now(): number }): { readonly cache: CredentialCache; readonly delays: readonly number[] } {
  const delays: number[] = [];
  const cache = createCredentialCache({
    random: () => 0,
    clock: {
      now: () => clock.now(),
      schedule(callback, delayMs) {
        delays.push(delayMs);
        const timer = setTimeout(callback, delayMs);
        timer.unref();
        return { cancel: () => clearTimeout(timer), ref() {}, unref() {} };
      },
    },
  });
  return { cache, delays };
}

interface Place {
  readonly endpoint: string;
  readonly cache: CredentialCache;
  readonly source: SdkCredentialProvider;
}

const TASK = "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy";

const SIGNED: readonly (readonly [name: string, ask: (place: Place) => Promise<unknown>])[] = [
  ["fromAssumeRole", (place) => fromAssumeRole({ ...place, roleArn: roleArn("leaf") })()],
  ["fromMfaSession", (place) => fromMfaSession(place)()],
  ["fromFederationToken", (place) => fromFederationToken({ ...place, name: "Bob", policyArns: [TASK] })()],
  ["fromAssumeRoot", (place) => fromAssumeRoot({ ...place, targetPrincipal: "111122223333", taskPolicyArn: TASK })()],
  ["getWebIdentityToken", (place) => getWebIdentityToken({ ...place, audience: "https://api.example.com" })()],
];

describe("a load that somebody waits for", () => {
  it.each(SIGNED)("has the time that a person behind its signer takes: %s", async (_name, ask) => {
    const { emulator, clock, user } = await emulatedAws({ roles: [{ roleName: "leaf" }] });
    const { cache, delays } = notedCache(clock);
    const source = fromProvider(async () => user(), { cache, interactive: true });
    await ask({ endpoint: emulator.url, cache, source });
    expect(delays.filter((delayMs) => delayMs === PERSON_MS)).toHaveLength(2);
    expect(delays).not.toContain(SERVICE_MS);
  });

  it.each(SIGNED)("has the time that a service takes where there is no person: %s", async (_name, ask) => {
    const { emulator, clock, user } = await emulatedAws({ roles: [{ roleName: "leaf" }] });
    const { cache, delays } = notedCache(clock);
    await ask({ endpoint: emulator.url, cache, source: user });
    expect(delays.filter((delayMs) => delayMs === SERVICE_MS)).toHaveLength(1);
    expect(delays).not.toContain(PERSON_MS);
  });

  it("has the time that a code takes, also where it is of a role on top", async () => {
    const { clock, at, session } = await awsWithMfa();
    const { cache, delays } = notedCache(clock);
    await fromAssumeRole({ ...at, cache, roleArn: roleArn("leaf-0"), source: session({ cache }) })();
    expect(delays.filter((delayMs) => delayMs === PERSON_MS)).toHaveLength(2);
    expect(delays).not.toContain(SERVICE_MS);
  });

  it("has the time that a sign-in takes, unless no person is needed for it", async () => {
    const { clock, at, signIn } = await awsWithSaml();
    const [person, service] = [notedCache(clock), notedCache(clock)];
    const options = { ...at, roleArn: roleArn("saml"), assertion: signIn };
    await fromSaml({ ...options, cache: person.cache })();
    expect(person.delays).not.toContain(SERVICE_MS);
    await fromSaml({ ...options, cache: service.cache, interactive: false })();
    expect(service.delays).toContain(SERVICE_MS);
  });

  it("has the time that a token takes for which a person has to be asked", async () => {
    const { clock, issuer, web } = await awsWithOidc();
    const { cache, delays } = notedCache(clock);
    await fromWebIdentity({ ...web, cache, token: () => issuer.token(), interactive: true })();
    expect(delays).toContain(PERSON_MS);
    expect(delays).not.toContain(SERVICE_MS);
  });
});
