import type { AwsCredentialIdentity } from "@smithy/types";
import { freezeCredentials } from "../cache/credential-set.js";
import { nearestName } from "../cache/nearest-name.js";
import { requireClock, requireKnown } from "../cache/option-checks.js";
import { type Clock, systemClock } from "../clock.js";
import { CredentialsConfigError } from "../errors.js";
import type { CredentialProvider } from "../types.js";
import { type AccountOptions, readAllowedAccounts, requireAllowed } from "./allowed-accounts.js";
import { createDirectProvider } from "./direct-provider.js";
import { principalKey } from "./principal-key.js";

/**
 * Options of {@link fromStatic} beside the credentials.
 *
 * @public
 */
export interface StaticOptions extends AccountOptions {
  /** Where the time is read, for credentials with an `expiration`. Default: the machine's clock. */
  readonly clock?: Clock | undefined;
}

/**
 * Credentials that you have in hand. They are not refreshed: with an `expiration`, calls fail with
 * `ERR_CREDENTIALS_EXPIRED` once it has passed.
 *
 * @param credentials - `accessKeyId` and `secretAccessKey`; and `sessionToken`, `expiration`, `accountId` where they
 * have them.
 * @throws {@link CredentialsConfigError} when a key is missing or no string, or the `expiration` no valid date.
 * @public
 */
export function fromStatic(credentials: AwsCredentialIdentity, options: StaticOptions = {}): CredentialProvider {
  requireKnown("fromStatic", options, ["clock", "allowedAccountIds"]);
  const clock = requireClock(options.clock ?? systemClock);
  refuseOptionsAmong(credentials);
  const set = freezeCredentials(credentials, notUsable);
  const allowed = readAllowedAccounts(options);
  if (set.accountId !== undefined) {
    requireAllowed(set.accountId, allowed, "fromStatic");
  }
  return createDirectProvider({
    name: "static",
    key: () => principalKey(set),
    read: () => set,
    renewal: "Static credentials cannot be renewed: pass new ones, or use a provider that refreshes.",
    clock,
    allowed,
  });
}

const MEMBERS = ["accessKeyId", "secretAccessKey", "sessionToken", "accountId", "credentialScope", "expiration"];

/** A guard in the wrong place guards nothing, and a misspelt token is none. Other members come along as they are. */
function refuseOptionsAmong(credentials: object): void {
  for (const member of Object.keys(credentials ?? {}).filter((name) => !MEMBERS.includes(name))) {
    if (member === "clock" || member === "allowedAccountIds") {
      throw new CredentialsConfigError(
        `\`${member}\` belongs into the second argument: fromStatic(credentials, { ${member}: … }).`,
      );
    }
    const nearest = nearestName(member, MEMBERS);
    if (nearest !== undefined && member !== "$source") {
      throw new CredentialsConfigError(`The credentials have a member \`${member}\`. Did you mean \`${nearest}\`?`);
    }
  }
}

function notUsable(reason: string): CredentialsConfigError {
  return new CredentialsConfigError(
    `fromStatic cannot use these credentials: ${reason}. Pass { accessKeyId, secretAccessKey }, with sessionToken and ` +
      "expiration (a Date) where they have them.",
  );
}
