import { STSClient, type STSClientConfig } from "@aws-sdk/client-sts";
import { onTestFinished } from "vitest";

/** A request as it left the SDK: with what the emulator's own record holds back. */
export interface SentRequest {
  readonly hostname: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
}

interface OnTheWire {
  readonly headers: Record<string, string>;
  readonly hostname: string;
  readonly body?: unknown;
}

/** The SDK types its handlers by what anybody may pass; the one that it makes is this. */
interface RealHandler {
  handle(request: unknown, options?: unknown): Promise<{ response: never }>;
  updateHttpClientConfig(key: never, value: never): void;
  httpHandlerConfigs(): object;
}

/**
 * The SDK's own HTTP handler, with a look at what goes through it.
 *
 * @param deliver - False holds every request back, as a network that is down does. Default: true.
 */
export function recordingHandler({ deliver = true }: { readonly deliver?: boolean } = {}): {
  readonly sent: readonly SentRequest[];
  readonly clientConfig: STSClientConfig;
} {
  const sent: SentRequest[] = [];
  const client = new STSClient({ region: "us-east-1" });
  onTestFinished(() => client.destroy());
  const real = client.config.requestHandler as unknown as RealHandler;
  const requestHandler: NonNullable<STSClientConfig["requestHandler"]> = {
    handle(request: unknown, options?: unknown) {
      const { headers, hostname, body } = request as OnTheWire;
      const parameters = Object.fromEntries(new URLSearchParams(String(body)));
      sent.push({ hostname, headers: { ...headers }, parameters });
      const isDown = Object.assign(new Error("The network is down"), { code: "ENETDOWN" });
      return deliver ? real.handle(request, options) : Promise.reject(isDown);
    },
    updateHttpClientConfig: (key: never, value: never) => real.updateHttpClientConfig(key, value),
    httpHandlerConfigs: () => real.httpHandlerConfigs(),
  };
  return { sent, clientConfig: { requestHandler } };
}
