import { type Endpoint, regionEndpoint } from "./endpoint.js";
import type { LoopbackServer } from "./http/loopback-server.js";

/** The regions' own ports. Each is opened when it is first asked for, and keeps its number from then on. */
export interface RegionPorts {
  /** The region's URL, whether its port is open now or was closed. */
  url(region: string): Promise<string>;
  open(region: string): Promise<void>;
  close(region: string): Promise<void>;
  /** Closes every port for good. */
  end(): Promise<void>;
}

interface RegionPort {
  readonly port: number;
  readonly server: LoopbackServer | undefined;
}

export function createRegionPorts(listen: (port: number, endpoint: Endpoint) => Promise<LoopbackServer>): RegionPorts {
  const ports = new Map<string, Promise<RegionPort | undefined>>();
  let ended = false;
  const opened = async (region: string, port: number): Promise<RegionPort> => {
    if (ended) throw new Error("The emulator is closed");
    const server = await listen(port, regionEndpoint(region));
    return { port: server.port, server };
  };
  const closed = async ({ port, server }: RegionPort): Promise<RegionPort> => {
    await server?.close();
    return { port, server: undefined };
  };
  // One change of a region's port after the other, whoever asks; one that fails leaves it as it was.
  const change = (region: string, to: (now: RegionPort | undefined) => Promise<RegionPort>): Promise<RegionPort> => {
    const before = ports.get(region) ?? Promise.resolve(undefined);
    const after = before.then(to);
    ports.set(
      region,
      after.catch(() => before),
    );
    return after;
  };
  return {
    url: async (region) => urlOf(await change(region, async (now) => now ?? opened(region, 0))),
    async open(region): Promise<void> {
      await change(region, async (now) => (now?.server === undefined ? opened(region, now?.port ?? 0) : now));
    },
    async close(region): Promise<void> {
      await change(region, async (now) => closed(now ?? (await opened(region, 0))));
    },
    async end(): Promise<void> {
      ended = true;
      const none = { port: 0, server: undefined };
      await Promise.all([...ports.keys()].map((region) => change(region, async (now) => closed(now ?? none))));
    },
  };
}

function urlOf({ port }: RegionPort): string {
  return `http://127.0.0.1:${port}`;
}
