import { type AwsEmulatorOptions, type EmulatorFault, startAwsEmulator } from "@evercred/testing";

/** What the process of {@link startRemoteEmulator} may be asked to do. */
export type EmulatorCommand =
  | { readonly do: "start"; readonly options: AwsEmulatorOptions }
  | { readonly do: "fault"; readonly fault: EmulatorFault }
  | { readonly do: "clear" }
  | { readonly do: "count"; readonly operation: string }
  | { readonly do: "advance"; readonly ms: number };

/** What it answers. */
export interface EmulatorAnswer {
  readonly url?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly count?: number;
}

/** An emulator in a process of its own, so that its work does not count as the caller's. */
function host(): void {
  let running: ReturnType<typeof startAwsEmulator> | undefined;

  async function obey(command: EmulatorCommand): Promise<EmulatorAnswer> {
    running ??= startAwsEmulator(command.do === "start" ? command.options : {});
    const emulator = await running;
    switch (command.do) {
      case "start":
        return { url: emulator.url, env: emulator.env };
      case "fault":
        emulator.addFault(command.fault);
        return {};
      case "clear":
        emulator.clearFaults();
        emulator.clearRequests();
        return {};
      case "count":
        return { count: emulator.count(command.operation) };
      default:
        emulator.clock.advance(command.ms);
        return {};
    }
  }

  process.on("message", ({ id, command }: { id: number; command: EmulatorCommand }) => {
    obey(command).then(
      (answer) => process.send?.({ id, answer }),
      (error: unknown) => process.send?.({ id, error: String(error) }),
    );
  });
  process.once("disconnect", () => process.exit());
}

host();
