import { CredentialsTransientError } from "../errors.js";
import { callSts, type StsAnswer, type StsCall } from "../sts/call-sts.js";
import type { CredentialDetails, Credentials, LoadedCredentials } from "../types.js";
import type { Signer } from "./signer.js";

/** The part of an answer that every operation with credentials has. */
interface CredentialsOutput {
  readonly Credentials?:
    | {
        readonly AccessKeyId?: string | undefined;
        readonly SecretAccessKey?: string | undefined;
        readonly SessionToken?: string | undefined;
        readonly Expiration?: Date | undefined;
      }
    | undefined;
}

/** One call of STS whose answer is credentials. */
export interface StsLoad<Input, Output> extends Omit<StsCall<Input>, "signer"> {
  /** What it is in `origin`: `assume-role arn:…`. */
  readonly label: string;
  readonly signer: Signer | undefined;
  /** What the SDK's User-Agent calls this way to credentials, where it has a name for it. */
  readonly feature: Readonly<Record<string, string>>;
  /** Where an unsigned call's token came from, in `origin`. */
  readonly tokenOrigin?: readonly string[] | undefined;
  /** The account of the credentials, where the answer, or who signed, tells it. */
  accountId(output: Output, signedWith: Credentials | undefined): string | undefined;
  /** What STS said beside the credentials; what is `undefined` is left out. */
  details(output: Output): Readonly<Record<string, string | number | undefined>>;
}

/** Asks STS for credentials. */
export async function loadFromSts<Input, Output extends CredentialsOutput>(
  load: StsLoad<Input, Output>,
): Promise<LoadedCredentials> {
  const { signer } = load;
  let signedWith: Credentials | undefined;
  const watched = signer && {
    ...signer,
    credentials: async (asked: typeof load.context) => {
      signedWith = await signer.credentials(asked);
      return signedWith;
    },
  };
  const answer = await callSts<Input, Output>({ ...load, signer: watched });
  const accountId = load.accountId(answer.output, signedWith);
  const credentials = {
    ...credentialsOf(load, answer, accountId),
    $source: { ...featuresOf(signedWith), ...load.feature },
  };
  return {
    credentials,
    serverDate: answer.serverDate,
    origin: [`${load.label} in ${answer.region}`, ...(signer?.origin() ?? load.tokenOrigin ?? [])],
    details: detailsOf(load, answer),
  };
}

function credentialsOf<Input, Output extends CredentialsOutput>(
  load: StsLoad<Input, Output>,
  answer: StsAnswer<Output>,
  accountId: string | undefined,
): Omit<Credentials, "$source"> {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.output.Credentials ?? {};
  if (AccessKeyId === undefined || SecretAccessKey === undefined) {
    throw new CredentialsTransientError(
      `STS ${load.operation} for ${load.target} (${answer.place}) answered without credentials. Check that it is STS ` +
        "that answers there: `endpoint`, AWS_ENDPOINT_URL, a proxy.",
    );
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(SessionToken === undefined ? {} : { sessionToken: SessionToken }),
    ...(Expiration === undefined ? {} : { expiration: Expiration }),
    ...(accountId === undefined ? {} : { accountId }),
  };
}

/** How the signer's own credentials were found: the User-Agent names every step. */
function featuresOf(credentials: Credentials | undefined): Readonly<Record<string, string>> {
  return (credentials as { readonly $source?: Readonly<Record<string, string>> } | undefined)?.$source ?? {};
}

function detailsOf<Input, Output>(load: StsLoad<Input, Output>, answer: StsAnswer<Output>): CredentialDetails {
  const { region, preferred } = answer;
  const details = {
    ...load.details(answer.output),
    region,
    // Where another region was wanted and did not answer.
    failedOverFrom: region === preferred ? undefined : preferred,
  };
  const known = Object.entries(details).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as CredentialDetails;
}

/** The account in an ARN that STS answered. */
export function accountInArn(arn: string | undefined): string | undefined {
  return arn?.split(":")[4];
}
