import type { Asset } from "@/kernel/values/money";
import { Money } from "@/ui/money";
import { Ago } from "@/ui/quantity";
import { StatusPill, type Tone } from "@/ui/status-pill";
import type { Column } from "@/ui/table";
import type { Outputs } from "../api/trpc";

type State =
  Outputs["payments"]["payouts"]["payouts"][number]["state"] | Outputs["escrow"]["withdrawals"][number]["state"];

/** Earnings on their way out, over whichever rail. */
interface Withdrawal {
  readonly state: State;
  readonly failure: string | null;
  readonly createdAt: Date;
  readonly amountMicros: bigint;
}

const STATES: Readonly<Record<State, readonly [Tone, string]>> = {
  requested: ["claim", "Requested"],
  transferred: ["claim", "At Stripe"],
  in_transit: ["claim", "On its way"],
  sent: ["claim", "On its way"],
  paid: ["proof", "Paid"],
  returning: ["warn", "Coming back"],
  failed: ["fault", "Not paid"],
};

/** How withdrawals are listed: how far each is, what a rail knows beside (`more`), when and how much. */
export function withdrawalColumns<Row extends Withdrawal>(
  asset: Asset,
  more: readonly Column<Row>[] = [],
): readonly Column<Row>[] {
  return [
    {
      id: "state",
      title: "State",
      cell: ({ state }) => <StatusPill tone={STATES[state][0]}>{STATES[state][1]}</StatusPill>,
    },
    {
      id: "note",
      title: "Note",
      wideOnly: true,
      cell: ({ failure }) => <span className="text-ink-faint">{failure}</span>,
    },
    ...more,
    { id: "at", title: "Asked for", cell: ({ createdAt }) => <Ago at={createdAt} /> },
    {
      id: "amount",
      title: "Amount",
      numeric: true,
      cell: ({ amountMicros }) => <Money amountMicros={amountMicros} asset={asset} />,
    },
  ];
}
