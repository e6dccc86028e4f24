import { identityOf } from "../../cache/identity-of.js";
import { kindOf } from "../../cache/option-checks.js";
import type { Clock } from "../../clock.js";
import { CredentialsConfigError, CredentialsExpiredError } from "../../errors.js";
import { requireText, WEB_IDENTITY_TOKEN } from "../../sts/input-limits.js";
import type { KeyParts, LoadContext } from "../../types.js";
import { principalKey } from "../principal-key.js";
import { tokenFile } from "../tokens/token-file.js";
import { tokenSourceInternals, type WebIdentityTokenSource } from "../tokens/token-source.js";
import { withContext } from "../with-context.js";

/** Where a provider gets its tokens. */
export interface TokenDesk {
  readonly name: string;
  /** Asking again may bring another token. */
  readonly isFresh: boolean;
  /** Asking may prompt a person. */
  readonly mayPrompt: boolean;
  /** What to do once a token has expired. */
  readonly renewal: string;
  /** Whose tokens they are, as far as that can be told without one. Never a token. */
  key(): KeyParts;
  ask: WebIdentityTokenSource;
}

/** A clock that is a little ahead says of a good token that it has expired: within this, STS decides. */
const TOLERANCE_MS = 300_000;

/**
 * Reads the options `token` and `tokenFile`.
 *
 * @throws {@link CredentialsConfigError}
 */
export function tokenDesk(options: {
  readonly token?: string | WebIdentityTokenSource | undefined;
  readonly tokenFile?: string | undefined;
}): TokenDesk {
  const { token } = options;
  if ((token === undefined) === (options.tokenFile === undefined)) {
    const came = token === undefined ? "neither is set" : "both are set";
    throw new CredentialsConfigError(`Set one of \`token\` and \`tokenFile\`; ${came}.`);
  }
  if (typeof token === "string") {
    return fixedToken(token);
  }
  if (token !== undefined && typeof token !== "function") {
    throw new CredentialsConfigError(
      `\`token\` must be a string, or a function that answers one, such as githubActionsToken(); got ${kindOf(token)}.`,
    );
  }
  return sourceOfTokens(token ?? tokenFile(options.tokenFile ?? ""));
}

function fixedToken(given: string): TokenDesk {
  const token = requireText("token", given.trim(), WEB_IDENTITY_TOKEN);
  return {
    name: "token",
    isFresh: false,
    mayPrompt: false,
    renewal: "A token given as a text cannot be renewed: give a function or `tokenFile`, which are read at every load.",
    // Of the whole token: its issuer and subject are claims that nobody has checked, and anybody can write them.
    key: () => principalKey({ accessKeyId: "token", secretAccessKey: token }),
    ask: () => token,
  };
}

function sourceOfTokens(source: WebIdentityTokenSource): TokenDesk {
  const internals = tokenSourceInternals(source);
  const name = internals?.name ?? `token function ${source.name || "(anonymous)"}`;
  return {
    name,
    isFresh: true,
    mayPrompt: internals?.mayPrompt === true,
    renewal: `Check that what issues the tokens (${name}) issues new ones.`,
    key: () => internals?.key() ?? { function: identityOf(source) },
    ask: source,
  };
}

/**
 * A token that is worth sending.
 *
 * @param isOpaque - It is an access token of a provider whose tokens are no JWTs.
 * @throws CredentialsConfigError when it is none, CredentialsExpiredError when it ended a while ago.
 */
export async function readToken(
  desk: TokenDesk,
  context: LoadContext,
  asked: { readonly renew: boolean; readonly isOpaque: boolean },
): Promise<string> {
  const { signal, background, clock, random } = context;
  const renew = context.renew || asked.renew;
  const answer: unknown = await desk.ask({ signal, background, renew, clock, random });
  if (typeof answer !== "string") {
    throw new CredentialsConfigError(`\`token\` (${desk.name}) must answer a string; got ${kindOf(answer)}.`);
  }
  const token = requireText("token", answer.trim(), WEB_IDENTITY_TOKEN);
  if (asked.isOpaque) {
    return token;
  }
  try {
    await requireUsable(token, desk, clock);
  } catch (error) {
    // A text is what the option says; a file or a function is known by its name.
    throw desk.isFresh ? withContext(error, desk.name) : error;
  }
  return token;
}

async function requireUsable(token: string, desk: TokenDesk, clock: Clock): Promise<void> {
  const { readJwt } = await import("./read-jwt.js");
  const { signed, expiresAt } = await readJwt(token);
  if (!signed) {
    throw new CredentialsConfigError(
      "`token` is not signed (algorithm none, or no signature), and STS takes signed tokens only. Pass the identity token " +
        "as the provider issued it.",
    );
  }
  if (expiresAt !== undefined && expiresAt.getTime() + TOLERANCE_MS < clock.now()) {
    throw new CredentialsExpiredError(
      `The token expired at ${expiresAt.toISOString()}, it is ${new Date(clock.now()).toISOString()} here, and nothing was ` +
        `sent to STS. ${desk.renewal}`,
    );
  }
}
