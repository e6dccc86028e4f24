import type { STSClientConfig } from "@aws-sdk/client-sts";
import { randomSecret } from "../support/random-credentials.js";

/** One request as it would have left for AWS. */
export interface CapturedRequest {
  /** `https://host`, with the port where there is one. */
  readonly origin: string;
  readonly operation: string;
  /** The region of the credential scope; absent on an unsigned request. */
  readonly signedFor: string | undefined;
  readonly parameters: URLSearchParams;
}

/** Stands where the network begins: AWS's own hosts cannot be on loopback. */
export interface Capture {
  readonly requests: CapturedRequest[];
  /** For `clientConfig`. */
  readonly requestHandler: NonNullable<STSClientConfig["requestHandler"]>;
}

interface SentRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A handler that notes where requests would go, and answers each as STS does. */
export function captureRequests(): Capture {
  const requests: CapturedRequest[] = [];
  const handle = async (request: SentRequest) => {
    const parameters = new URLSearchParams(request.body);
    const operation = parameters.get("Action") ?? "";
    const port = request.port === undefined ? "" : `:${request.port}`;
    const [, signedFor] = /Credential=[^/]+\/\d+\/([^/]+)\/sts\//.exec(request.headers["authorization"] ?? "") ?? [];
    requests.push({ origin: `${request.protocol}//${request.hostname}${port}`, operation, signedFor, parameters });
    const body = new TextEncoder().encode(answerTo(operation));
    return { response: { statusCode: 200, headers: { "content-type": "text/xml" }, body } };
  };
  return { requests, requestHandler: { handle } as never };
}

function answerTo(operation: string): string {
  const result = operation === "GetWebIdentityToken" ? tokenXml() : `${credentialsXml()}${IDENTITIES}`;
  const metadata = "<ResponseMetadata><RequestId>c6104cbe-af31-11e0-8154-cbc7ccf896c7</RequestId></ResponseMetadata>";
  return (
    `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">` +
    `<${operation}Result>${result}</${operation}Result>${metadata}</${operation}Response>`
  );
}

const IDENTITIES =
  "<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/demo/Bob</Arn><AssumedRoleId>AROA:Bob</AssumedRoleId>" +
  "</AssumedRoleUser><Account>123456789012</Account>";

function credentialsXml(): string {
  return (
    `<Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>${randomSecret()}</SecretAccessKey>` +
    `<SessionToken>${randomSecret()}</SessionToken><Expiration>${inAnHour()}</Expiration></Credentials>`
  );
}

function tokenXml(): string {
  return `<WebIdentityToken>${randomSecret()}</WebIdentityToken><Expiration>${inAnHour()}</Expiration>`;
}

function inAnHour(): string {
  return new Date(Date.now() + 3_600_000).toISOString();
}
