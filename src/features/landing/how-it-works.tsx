const STEPS = [
  {
    title: "Post",
    text: "Pick a sample or bring an ONNX model. The compiler derives backward pass and optimizer, counts the arithmetic and the memory, and tells price, time and machines before you commit a cent.",
  },
  {
    title: "Match",
    text: "Every two seconds a batch auction joins jobs and machines at one price. Each batch is stored, so that anyone can replay it and read why a machine was chosen.",
  },
  {
    title: "Train and verify",
    text: "A machine commits each segment by hash. Only then is the audit drawn: another organisation runs the same segment from the same state and commits its own result.",
  },
  {
    title: "Pay and deliver",
    text: "Each verified segment is paid from your hold. If a machine leaves, the next goes on from the last good state. At the end you get the model, the checkpoint and a receipt.",
  },
] as const;

export function HowItWorks() {
  return (
    <section className="border-t py-12" aria-labelledby="how">
      <h2 id="how" className="text-2xl font-semibold tracking-tight">
        From a model to a receipt
      </h2>
      <ol className="mt-7 grid gap-x-8 gap-y-8 sm:grid-cols-2 lg:grid-cols-4">
        {STEPS.map((step, i) => (
          <li key={step.title} className="relative">
            <div className="flex items-center gap-1" aria-hidden="true">
              {STEPS.map((other, at) => (
                <span
                  key={other.title}
                  className={`h-2 w-5 rounded-[2px] border ${at <= i ? "border-proof bg-proof" : "border-line-strong border-dashed"}`}
                />
              ))}
            </div>
            <h3 className="mt-3 text-base font-semibold">{step.title}</h3>
            <p className="mt-1 text-sm text-ink-soft">{step.text}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}
