/** An `xs:dateTime`. SAML has times in UTC, and so one without a zone is in UTC: saml-core 2.0, 1.3.3. */
const DATE_TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})?$/;

/** A time of a SAML response, or `undefined` when there is none or it is none. */
export function samlTime(text: string | undefined): Date | undefined {
  const [, seconds, fraction = "", zone = "Z"] = DATE_TIME.exec(text?.trim() ?? "") ?? [];
  const at = seconds === undefined ? Number.NaN : Date.parse(`${seconds}${fraction.slice(0, 4)}${zone}`);
  return Number.isNaN(at) ? undefined : new Date(at);
}

/** The earliest of some times. */
export function earliest(times: readonly (Date | undefined)[]): Date | undefined {
  const known = times.flatMap((time) => (time === undefined ? [] : [time.getTime()]));
  return known.length === 0 ? undefined : new Date(Math.min(...known));
}
