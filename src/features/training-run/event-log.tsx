"use client";

import { Button } from "@/ui/button";
import { classNames } from "@/ui/class-names";
import { utcTime } from "@/ui/format";
import { useTRPCClient } from "../api/trpc";
import { usePages } from "../api/use-pages";
import { eventSentence, type EventTone } from "./event-sentence";
import type { Job, JobEvent } from "./types";

const PAGE_SIZE = 200;
const MARKS: Record<EventTone, string> = { plain: "border border-line-strong", proof: "bg-proof", fault: "bg-fault" };

/** What happened, newest first, in sentences. */
export function EventLog({ job, events }: { job: Job; events: readonly JobEvent[] }) {
  const client = useTRPCClient();
  const { rows, older, reading, readOlder } = usePages(events, PAGE_SIZE, (last) =>
    client.jobs.events.query({ jobId: job.id, beforeId: last.id }),
  );
  return (
    <>
      <ol className="max-h-[28rem] overflow-y-auto py-2" tabIndex={0} aria-label="Log of the job">
        {rows.map((event) => {
          const { text, tone } = eventSentence(event, job.money.asset);
          return (
            <li
              key={event.id}
              className="grid grid-cols-[auto_4.5rem_minmax(0,1fr)] items-baseline gap-x-3 px-4 py-1 text-sm"
            >
              <span className={classNames("size-2 self-center rounded-[2px]", MARKS[tone])} aria-hidden="true" />
              <time
                dateTime={event.at.toISOString()}
                title={utcTime(event.at)}
                className="font-mono text-2xs text-ink-faint"
              >
                {utcTime(event.at).slice(11, 19)}
              </time>
              <span className="break-words">{text}</span>
            </li>
          );
        })}
      </ol>
      {older ? (
        <div className="border-t p-3 text-center">
          <Button size="small" pending={reading} onClick={() => void readOlder()}>
            Show older entries
          </Button>
        </div>
      ) : null}
    </>
  );
}
