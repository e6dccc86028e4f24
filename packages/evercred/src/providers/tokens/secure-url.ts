import { CredentialsConfigError } from "../../errors.js";
import { requireEndpoint } from "../../sts/sts-endpoint.js";

/**
 * A URL that a secret may be sent to: https, or http to this machine itself.
 *
 * @throws {@link CredentialsConfigError} naming the option or the variable, never its value.
 */
export function requireSecureUrl(option: string, value: unknown): URL {
  const url = new URL(requireEndpoint(option, value));
  if (url.protocol !== "https:" && !isLoopback(url.hostname)) {
    throw new CredentialsConfigError(
      `\`${option}\` must begin with https://: secrets are sent there. Only on loopback may it begin with http://.`,
    );
  }
  if (url.hash !== "") {
    throw new CredentialsConfigError(`\`${option}\` must not have a fragment (#…).`);
  }
  return url;
}

/** https://www.rfc-editor.org/rfc/rfc8252#section-8.3; `URL` has written the address in its one form. */
function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
