const SEGMENT_X = [14, 106, 198, 290, 382, 474] as const;
const WIDTH = 72;

/** The whole idea in one picture: a chain of segments, blind re-execution below it, and money that follows the proof. */
export function YardPicture() {
  return (
    <figure className="rounded-lg border bg-surface p-3 sm:p-5">
      <svg viewBox="0 0 560 404" className="w-full" role="img" aria-labelledby="yard-picture">
        <title id="yard-picture">
          A job is a chain of six segments. Three are verified and paid, the fourth is committed and being audited, the
          fifth is in training. Another organisation re-executes segments without knowing their results and gets the
          same bits. Money held for the job is paid segment by segment.
        </title>
        <defs>
          <pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="1.8" height="6" fill="var(--proof)" />
          </pattern>
        </defs>
        <Chain />
        <Audits />
        <Money />
      </svg>
    </figure>
  );
}

function Caption({ y, children }: { y: number; children: string }) {
  return (
    <text x="14" y={y} fontSize="15" fill="var(--ink-soft)">
      {children}
    </text>
  );
}

function Chain() {
  return (
    <g>
      <Caption y={26}>One machine trains, segment after segment</Caption>
      <path d="M4 116h552" stroke="var(--line-strong)" strokeWidth="2" />
      {Array.from({ length: 23 }, (_, i) => (
        <path key={i} d={`M${14 + i * 24} 112v9`} stroke="var(--line-strong)" strokeWidth="2" />
      ))}
      {SEGMENT_X.map((x, i) => (
        <g key={x}>
          <rect x={x} y="46" width={WIDTH} height="60" rx="4" {...segmentLook(i)} />
          {i === 4 ? <rect x={x + 2} y="48" width="30" height="56" fill="url(#stripes)" opacity="0.6" /> : null}
          <text
            x={x + WIDTH / 2}
            y="83"
            fontSize="19"
            fontWeight="600"
            textAnchor="middle"
            {...(i < 3
              ? { fill: "var(--proof-ink)" }
              : { fill: "var(--ink)", stroke: "var(--surface)", strokeWidth: 5, paintOrder: "stroke" })}
          >
            {i + 1}
          </text>
        </g>
      ))}
    </g>
  );
}

function segmentLook(i: number) {
  if (i < 3) return { fill: "var(--proof)" };
  if (i === 3) return { fill: "url(#stripes)", stroke: "var(--proof)", strokeWidth: 1.5 };
  if (i === 4) return { fill: "none", stroke: "var(--proof)", strokeWidth: 1.5 };
  return { fill: "none", stroke: "var(--line-strong)", strokeWidth: 1.5, strokeDasharray: "5 4" };
}

function Audits() {
  return (
    <g>
      {[0, 1, 2, 3].map((i) => {
        const x = (SEGMENT_X[i] ?? 0) + WIDTH / 2;
        return (
          <g key={i}>
            <path
              d={`M${x} 126v48`}
              stroke={i < 3 ? "var(--proof)" : "var(--line-strong)"}
              strokeWidth="1.5"
              strokeDasharray={i < 3 ? "none" : "4 4"}
            />
            <circle
              cx={x}
              cy="150"
              r="13"
              fill="var(--surface)"
              stroke={i < 3 ? "var(--proof)" : "var(--line-strong)"}
              strokeWidth="1.5"
            />
            <text
              x={x}
              y="156"
              fontSize="17"
              fontWeight="600"
              textAnchor="middle"
              fill={i < 3 ? "var(--proof)" : "var(--ink-faint)"}
            >
              {i < 3 ? "=" : "?"}
            </text>
            <rect
              x={x - WIDTH / 2}
              y="176"
              width={WIDTH}
              height="38"
              rx="4"
              fill="none"
              stroke={i < 3 ? "var(--proof)" : "var(--line-strong)"}
              strokeWidth="1.5"
            />
            <text x={x} y="200" fontSize="14" textAnchor="middle" fill="var(--ink-soft)">
              {i < 3 ? "same bits" : "running"}
            </text>
          </g>
        );
      })}
      <Caption y={242}>Another organisation re-executes, without the answer</Caption>
    </g>
  );
}

function Money() {
  return (
    <g>
      <path d="M4 272h552" stroke="var(--line)" />
      <Caption y={306}>Your money follows the proof</Caption>
      <rect x="14" y="322" width="532" height="26" rx="4" fill="none" stroke="var(--line-strong)" strokeWidth="1.5" />
      <rect x="14" y="322" width="266" height="26" rx="4" fill="var(--proof)" />
      <rect x="280" y="323" width="265" height="24" fill="url(#stripes)" opacity="0.75" />
      <text x="14" y="376" fontSize="15" fill="var(--ink-soft)">
        paid for segments 1 to 3
      </text>
      <text x="546" y="376" fontSize="15" fill="var(--ink-soft)" textAnchor="end">
        held, yours until proven
      </text>
    </g>
  );
}
