const CLAIMS = [
  {
    worry: "What if the machine makes results up?",
    answer:
      "The audit draw comes after the commitment, from a key fixed beforehand. The first three segments of a job are always re-executed; after that the chance falls with the machine’s record, never below one in twenty. A proven fault voids the segment, takes the machine off the market, and the buyer pays nothing for it.",
  },
  {
    worry: "What if it vanishes halfway?",
    answer:
      "Every segment ends in a stored state. The next machine goes on from the last good one: one curve, one bill, no restart.",
  },
  {
    worry: "What runs on my hardware?",
    answer:
      "No foreign code. A job is a graph of standard operators, checked against an allow-list and run in a disposable sandboxed process without a network. The worker dials out; no port is opened.",
  },
  {
    worry: "What will it cost?",
    answer:
      "You see a price for the whole job, from counted arithmetic and measured speed, and set a limit. The limit is held; nobody can be paid above it.",
  },
  {
    worry: "How do I prove it later?",
    answer:
      "The receipt holds every commitment, audit and signature and the revealed draw key. Anyone can recheck it without asking us.",
  },
] as const;

export function Trust() {
  return (
    <section className="border-t py-12" aria-labelledby="trust">
      <h2 id="trust" className="text-2xl font-semibold tracking-tight">
        Why it can be trusted
      </h2>
      <dl className="mt-4 divide-y">
        {CLAIMS.map((claim) => (
          <div key={claim.worry} className="grid gap-x-10 gap-y-1 py-4 md:grid-cols-[18rem_minmax(0,1fr)]">
            <dt className="font-medium">{claim.worry}</dt>
            <dd className="max-w-2xl text-sm text-ink-soft">{claim.answer}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
