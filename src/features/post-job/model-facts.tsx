import { Fact } from "@/ui/card";
import { scaled, whole } from "@/ui/format";
import { Bytes, Flops } from "@/ui/quantity";
import type { Outputs } from "../api/trpc";

type Report = Outputs["jobs"]["inspectModel"];

/** What an uploaded model holds, and what in it cannot be trained. */
export function ModelFacts({ report }: { report: Report }) {
  const shape = (tensor: Report["inputs"][number]): string =>
    `${tensor.name} ${tensor.dtype} [${tensor.shape.join(", ")}]`;
  return (
    <div className="rounded-md border">
      <dl className="grid grid-cols-2 gap-4 p-3 sm:grid-cols-4">
        <Fact label="Parameters">
          <span title={whole(report.parameterCount)}>{scaled(report.parameterCount, "").trim()}</span>
        </Fact>
        <Fact label="Operators" note={`${report.operators.length} kinds`}>
          {whole(report.nodeCount)}
        </Fact>
        <Fact label="Inputs">
          <span className="font-mono text-xs break-words">{report.inputs.map(shape).join("; ")}</span>
        </Fact>
        <Fact label="Outputs">
          <span className="font-mono text-xs break-words">{report.outputs.map(shape).join("; ")}</span>
        </Fact>
        {report.estimate === null ? null : (
          <>
            <Fact label="Arithmetic" note={`a step of ${report.estimate.batchSize} examples`}>
              <Flops flops={report.estimate.flopsPerStep} />
            </Fact>
            <Fact label="Peak memory" note="with AdamW">
              <Bytes bytes={report.estimate.peakMemoryBytes} />
            </Fact>
          </>
        )}
      </dl>
      <OperatorTable operators={report.operators} />
      {report.unsupported.length === 0 ? (
        <p className="border-t px-3 py-2 text-xs text-proof">Every operator can be trained here.</p>
      ) : (
        <div className="border-t px-3 py-2">
          <h3 className="text-sm font-semibold text-fault">
            {report.unsupported.length === 1 ? "One operator stands" : `${report.unsupported.length} operators stand`}{" "}
            in the way
          </h3>
          <ul className="mt-1 space-y-2 text-sm">
            {report.unsupported.map((problem) => (
              <li key={`${problem.node}/${problem.op}`}>
                <span className="font-mono text-xs">
                  {problem.op} {problem.node}
                </span>
                <span className="block">{problem.reason}</span>
                <span className="block text-ink-soft">{problem.fix}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

const VERDICTS = { rule: "trained through", none: "needs no gradient", refused: "refused" } as const;

/** Every kind of operator, how often it stands in the model, and whether gradients pass through it. */
function OperatorTable({ operators }: { operators: Report["operators"] }) {
  return (
    <details className="border-t px-3 py-2">
      <summary className="cursor-pointer text-xs text-ink-soft">All operators</summary>
      <ul className="mt-2 grid gap-x-6 text-xs sm:grid-cols-2">
        {operators.map(({ op, count, gradient }) => (
          <li key={op} className="flex justify-between gap-3 border-b py-1">
            <span className="font-mono">{op}</span>
            <span className={gradient === "refused" ? "text-fault" : "text-ink-faint"}>
              {whole(count)} × {VERDICTS[gradient]}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
