import { Card, Fact, FactRow } from "@/ui/card";
import { whole } from "@/ui/format";
import { Hash } from "@/ui/hash";
import { Ago, Bytes, Flops } from "@/ui/quantity";
import { StatusPill } from "@/ui/status-pill";
import type { Outputs } from "../api/trpc";
import { OfferForm } from "./offer-form";
import { PROVIDER_WORDS, SANDBOX_WORDS } from "./words";

export type Machine = Outputs["identity"]["machines"][number];
export type Offer = Outputs["market"]["offers"][number];

interface MachineCardProps {
  readonly machine: Machine;
  readonly offer: Offer | null;
  /** False while the offers are still being read: then nothing is said about them. */
  readonly offersKnown: boolean;
  readonly barrier: string | null;
}

/** One machine: whether it is there, what was measured on it, and what it works for. */
export function MachineCard({ machine, offer, offersKnown, barrier }: MachineCardProps) {
  return (
    <Card
      flush
      title={
        <span className="flex flex-wrap items-center gap-2">
          {machine.name}
          <MachineState machine={machine} busy={offer?.activeMatch != null} />
        </span>
      }
      aside={
        <span className="text-xs text-ink-faint">
          heard <Ago at={machine.lastSeenAt} />
        </span>
      }
    >
      {machine.quarantinedAt === null ? null : (
        <p className="border-b bg-fault-wash px-4 py-2.5 text-sm">
          Off the market after a proven fault. {machine.quarantineReason} Check its memory and cooling, then write to
          support: the platform lifts this after a clean test.
        </p>
      )}
      <dl className="grid grid-cols-2 gap-4 p-4 sm:grid-cols-3 lg:grid-cols-5 xl:grid-cols-3">
        <Speeds machine={machine} />
        <Fact label="Cores">{whole(machine.cores)}</Fact>
        <Fact label="Memory">
          <Bytes bytes={machine.memoryBytes} />
        </Fact>
        <Fact label="Sandbox" note={SANDBOX_WORDS[machine.sandbox]}>
          {machine.sandbox}
        </Fact>
      </dl>
      {machine.flopsPerSecond.native === null ? (
        <p className="border-t px-4 py-2.5 text-sm text-ink-soft">
          This machine runs exact jobs only, and gets no native ones: its worker uses ONNX Runtime Web.
        </p>
      ) : null}
      {offersKnown ? <OfferForm machine={machine} offer={offer} barrier={barrier} /> : null}
      <Doctor machine={machine} />
    </Card>
  );
}

/** What was measured under each engine that the machine runs. */
function Speeds({ machine: { flopsPerSecond, provider } }: { machine: Machine }) {
  const { native, exact } = flopsPerSecond;
  return (
    <>
      {native === null ? null : (
        <Fact label="Speed in native jobs" note={PROVIDER_WORDS[provider] ?? provider}>
          <Flops flops={native} perSecond />
        </Fact>
      )}
      <Fact label="Speed in exact jobs" note={native === null ? PROVIDER_WORDS[provider] : PROVIDER_WORDS["cpu"]}>
        {exact === null ? "runs none" : <Flops flops={exact} perSecond />}
      </Fact>
    </>
  );
}

function MachineState({ machine, busy }: { machine: Machine; busy: boolean }) {
  if (machine.quarantinedAt !== null) return <StatusPill tone="fault">Quarantined</StatusPill>;
  if (!machine.online) return <StatusPill tone="warn">Offline</StatusPill>;
  return busy ? (
    <StatusPill tone="claim" live>
      Working
    </StatusPill>
  ) : (
    <StatusPill tone="proof">Online</StatusPill>
  );
}

/** What the worker's doctor found out, folded away until asked for. */
function Doctor({ machine }: { machine: Machine }) {
  return (
    <details className="border-t px-4 py-2.5 text-sm">
      <summary className="text-ink-soft">Doctor’s report</summary>
      <dl className="mt-2 divide-y">
        <FactRow label="Processor">{machine.cpuModel}</FactRow>
        <FactRow label="System">{machine.platform}</FactRow>
        <FactRow label="Worker">
          {machine.workerVersion}, ONNX Runtime {machine.runtimeVersion}
        </FactRow>
        <FactRow label="Numeric class">
          <Hash value={machine.numericClass} name="numeric class" />
        </FactRow>
        {machine.providers.map((provider) => (
          <FactRow key={provider.name} label={PROVIDER_WORDS[provider.name] ?? provider.name}>
            <span className={provider.runs ? "text-proof" : "text-ink-faint"}>
              {provider.runs ? "runs" : "does not run"}
            </span>
            {provider.detail === "" ? null : (
              <span className="block text-2xs font-normal text-ink-faint">{provider.detail}</span>
            )}
          </FactRow>
        ))}
        <FactRow label="Joined">
          <Ago at={machine.joinedAt} />
        </FactRow>
        <FactRow label="Machine id">
          <Hash value={machine.id} name="machine id" />
        </FactRow>
      </dl>
    </details>
  );
}
