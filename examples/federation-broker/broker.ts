import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CredentialsError, fromFederationToken, type SdkCredentialProvider } from "evercred";

/** What the broker needs. */
export interface BrokerOptions {
  /** The long-term key that signs: an IAM user's who may call GetFederationToken and do whatever any user may. */
  readonly source: SdkCredentialProvider;
  readonly bucket: string;
  /** The endpoint of STS. In a program of yours: left out. */
  readonly endpoint: string;
}

/** A service that gives users who have signed in AWS credentials for their own files, on loopback. */
export interface Broker {
  /** For `AWS_CONTAINER_CREDENTIALS_FULL_URI`: where AWS SDKs and the AWS CLI ask. */
  readonly url: string;
  /**
   * Answers what the user's programs send as `Authorization`. In a program of yours: after the sign-in that you have, and
   * for as long as it lasts.
   */
  signIn(user: string): string;
  close(): Promise<void>;
}

/** Credentials that end sooner are refreshed before they are handed on: SDKs would come back for others at once. */
const SHORTEST_LIFE_MS = 15 * 60_000;

export async function startBroker(options: BrokerOptions): Promise<Broker> {
  // By hash: so neither the map nor the time that a look-up takes tells anything of a token.
  const userOf = new Map<string, string>();
  const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");
  let host = "";

  async function answer(request: IncomingMessage): Promise<Answer> {
    if (request.headers.host !== host) {
      // Whatever calls this service by another name was led here by somebody else's DNS.
      return refusal(403, "WrongHost", "This service is asked at 127.0.0.1 only.");
    }
    if (request.method !== "GET" || request.url !== "/credentials") {
      return refusal(404, "NotFound", "There is GET /credentials, and nothing else.");
    }
    const user = userOf.get(hashOf(request.headers.authorization ?? ""));
    if (user === undefined) {
      return refusal(401, "NotSignedIn", "Sign in, and send the token as Authorization: Bearer ….");
    }
    // A provider a request costs nothing: equal ones share one entry of the cache, and so one call of STS.
    const asked = { name: user, policy: policyFor(user, options.bucket), tags: { user }, durationSeconds: 3600 };
    const provider = fromFederationToken({ ...asked, source: options.source, endpoint: options.endpoint });
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = await provider({
      minRemainingMs: SHORTEST_LIFE_MS,
    });
    // https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
    const keys = { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey };
    return { status: 200, body: { ...keys, Token: sessionToken, Expiration: expiration?.toISOString() } };
  }

  const server = createServer((request, response) => {
    answer(request).then(
      (found) => send(response, found),
      (error: unknown) => {
        // The reason is for the service's log. In the answer it would tell users about the account.
        console.error(error instanceof CredentialsError ? `${error.code}: ${error.message}` : error);
        send(response, refusal(503, "NoCredentials", "There are no credentials now. Try again later."));
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}/credentials`,
    signIn(user) {
      const authorization = `Bearer ${randomBytes(32).toString("base64url")}`;
      userOf.set(hashOf(authorization), user);
      return authorization;
    },
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

/**
 * What a user may do, of what the signer may. A federation name holds no `*`, `?`, `$` or `/`, so none of them gets into a
 * resource from there.
 */
function policyFor(user: string, bucket: string): object {
  const arn = `arn:aws:s3:::${bucket}`;
  return {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], Resource: `${arn}/${user}/*` },
      {
        Effect: "Allow",
        Action: "s3:ListBucket",
        Resource: arn,
        Condition: { StringLike: { "s3:prefix": `${user}/*` } },
      },
    ],
  };
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

/** The members that SDKs show of a refusal. */
function refusal(status: number, code: string, message: string): Answer {
  return { status, body: { Code: code, Message: message } };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}
