"use client";

import { useEffect, useState } from "react";
import { ago, byteSize, duration, scaled, utcTime, whole } from "./format";

/** A span of time; the exact milliseconds on hover. */
export function Duration({ ms }: { ms: number }) {
  return <span title={`${whole(ms)} ms`}>{duration(ms)}</span>;
}

/** A size; the exact bytes on hover. */
export function Bytes({ bytes }: { bytes: number }) {
  return <span title={`${whole(bytes)} bytes`}>{byteSize(bytes)}</span>;
}

/** An amount of arithmetic, or a speed of it. */
export function Flops({ flops, perSecond = false }: { flops: number; perSecond?: boolean }) {
  const unit = perSecond ? "FLOP/s" : "FLOP";
  return <span title={`${flops.toExponential(4)} ${unit}`}>{scaled(flops, unit)}</span>;
}

const TICK_MS = 5_000;

/** How long ago something was; the exact time in UTC on hover. */
export function Ago({ at }: { at: Date }) {
  const now = useNow();
  return (
    <time dateTime={at.toISOString()} title={utcTime(at)} suppressHydrationWarning>
      {ago(at, now)}
    </time>
  );
}

function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
