"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { LossPoint } from "@/ui/loss-chart/series";
import { useTRPC } from "../api/trpc";
import { growTail, livePoints, withTail } from "./loss-points";
import type { Job, JobEvent, LiveSegment } from "./types";

/** The page's numbers are read anew at most this often, however fast news come. */
const REREAD_EVERY_MS = 700;
/** Reads that go on by themselves while the stream is broken. */
const FALLBACK_POLL_MS = 5_000;

export type Connection = "live" | "connecting" | "ended";

/** Everything of a job that moves: its page, curve and log, kept fresh by one event stream that resumes where it broke off. */
export function useLiveJob(jobId: string) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const job = useQuery(
    trpc.settlement.read.queryOptions(
      { jobId },
      { refetchInterval: (query) => (isEnded(query.state.data) ? false : FALLBACK_POLL_MS) },
    ),
  );
  const curve = useQuery(trpc.jobs.lossCurve.queryOptions({ jobId }));
  const events = useQuery(trpc.jobs.events.queryOptions({ jobId }));
  const [live, setLive] = useState<LiveSegment | null>(null);
  const [tail, setTail] = useState<readonly LossPoint[]>([]);
  const reread = useThrottled(REREAD_EVERY_MS, () => {
    void client.invalidateQueries({ queryKey: trpc.settlement.read.queryKey({ jobId }) });
    void client.invalidateQueries({ queryKey: trpc.spending.request.queryKey({ jobId }) });
    void client.invalidateQueries({ queryKey: trpc.jobs.lossCurve.queryKey({ jobId }) });
  });
  const [cursor] = useState(() => events.data?.[0]?.id);
  const ended = isEnded(job.data);
  const stepsPerSegment = job.data?.stepsPerSegment ?? 0;
  const storedUntil = curve.data?.points.at(-1)?.step ?? 0;

  const subscription = useSubscription(
    trpc.jobs.watch.subscriptionOptions(
      { jobId, ...(cursor === undefined ? {} : { lastEventId: cursor }) },
      {
        enabled: job.data !== undefined && !ended,
        onData: ({ data: news }) => {
          setLive(news.live);
          const voided = news.events.some((event) => event.type === "voided");
          const points = news.live === null ? [] : livePoints(news.live, stepsPerSegment);
          setTail((before) => growTail(voided ? [] : before, points, storedUntil));
          if (news.events.length === 0) return;
          client.setQueryData(trpc.jobs.events.queryKey({ jobId }), (known) => mergeEvents(known ?? [], news.events));
          reread();
        },
      },
    ),
  );
  const points = useMemo(() => withTail(curve.data?.points ?? [], tail), [curve.data, tail]);
  const connection: Connection = ended ? "ended" : subscription.status === "pending" ? "live" : "connecting";
  return { job, curve, events, points, live: ended ? null : live, connection };
}

/** Newest first, each once: a stream that resumes may tell something twice. */
function mergeEvents(known: readonly JobEvent[], news: readonly JobEvent[]): JobEvent[] {
  const ids = new Set(known.map((event) => event.id));
  return [...news.filter((event) => !ids.has(event.id)).reverse(), ...known];
}

function isEnded(job: Job | undefined): boolean {
  return job !== undefined && job.endedAt !== null;
}

/** Runs `work` at once, and again after `everyMs` if it was asked for in between. */
function useThrottled(everyMs: number, work: () => void): () => void {
  const latest = useRef(work);
  useEffect(() => {
    latest.current = work;
  });
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const again = useRef(false);
  useEffect(() => () => (timer.current === null ? undefined : clearTimeout(timer.current)), []);
  return useCallback(() => {
    if (timer.current !== null) {
      again.current = true;
      return;
    }
    const run = (): void => {
      again.current = false;
      latest.current();
      timer.current = setTimeout(() => {
        timer.current = null;
        if (again.current) run();
      }, everyMs);
    };
    run();
  }, [everyMs]);
}
