import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";

/** Notes everything a test must not do: console output, and any way to an address other than loopback. */
export interface Tripwire {
  /** Puts the wires up, also over what a test put in their place. */
  arm(): void;
  /** Puts back what was there before {@link arm} was first called. */
  disarm(): void;
  /** What was done since the last call. */
  takeViolations(): readonly string[];
}

type Patch = { readonly target: object; readonly name: string; readonly value: unknown };

const consoleMethods = ["log", "info", "warn", "error", "debug", "trace", "dir", "table"] as const;
const lookups = ["lookup", "resolve", "resolve4", "resolve6", "resolveAny", "resolveTxt", "resolveSrv"] as const;

export function createTripwire(): Tripwire {
  let violations: string[] = [];
  const refuse = (violation: string): never => {
    violations.push(violation);
    throw new Error(`A test went beyond loopback: ${violation}`);
  };
  const wires = [...consoleWires((text) => violations.push(text)), connectWire(refuse), ...lookupWires(refuse)];
  const before = wires.map(({ target, name }) => ({ target, name, value: Reflect.get(target, name) as unknown }));
  return {
    arm: () => apply(wires),
    disarm: () => apply(before),
    takeViolations(): readonly string[] {
      const taken = violations;
      violations = [];
      return taken;
    },
  };
}

function apply(patches: readonly Patch[]): void {
  for (const { target, name, value } of patches) Reflect.set(target, name, value);
  // So that `import { lookup } from "node:dns"` sees it too.
  syncBuiltinESMExports();
}

function consoleWires(note: (text: string) => void): readonly Patch[] {
  return consoleMethods.map((name) => ({
    target: console,
    name,
    value: (...values: unknown[]) => note(`console.${name}(${values.map(String).join(", ").slice(0, 200)})`),
  }));
}

function connectWire(refuse: (violation: string) => never): Patch {
  const connect = net.Socket.prototype.connect;
  return {
    target: net.Socket.prototype,
    name: "connect",
    value(this: net.Socket, ...values: Parameters<typeof connect>): net.Socket {
      const host = hostOf(values);
      return isLoopback(host) ? connect.apply(this, values) : refuse(`connection to ${host}`);
    },
  };
}

function lookupWires(refuse: (violation: string) => never): readonly Patch[] {
  return [dns, dns.promises].flatMap((target) =>
    lookups.map((name): Patch => {
      const lookup = Reflect.get(target, name) as (...values: unknown[]) => unknown;
      return {
        target,
        name,
        value: (host: string, ...rest: unknown[]) =>
          isLoopback(host) ? lookup.call(target, host, ...rest) : refuse(`dns.${name} of ${host}`),
      };
    }),
  );
}

/** `connect` takes options, a port and a host, a path, or (from within Node) an array that holds any of these. */
function hostOf(values: readonly unknown[]): string {
  const [first, second] = Array.isArray(values[0]) ? (values[0] as unknown[]) : values;
  if (typeof first === "object" && first !== null) {
    const { host } = first as { host?: string };
    return host ?? "localhost";
  }
  return typeof second === "string" ? second : "localhost";
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
