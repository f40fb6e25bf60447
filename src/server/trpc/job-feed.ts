import type { JobLive } from "@/modules/jobs";
import { log } from "../log";

const POLL_EVERY_MS = 400;
/** How long a quiet listener waits before it gives its stream a chance to check the session. */
const WAKE_EVERY_MS = 20_000;
/** More waiting events than this and a listener is slow: the oldest are dropped, its page reads the log anew. */
const WAITING_EVENTS_MAX = 500;

type Read = (afterEventId: string) => Promise<JobLive>;

interface Listener {
  /** What came since the last call, or null when nothing did for a while. */
  next(signal: AbortSignal | undefined): Promise<JobLive | null>;
  stop(): void;
}

/** One poller a job and process, whoever watches: its cost does not grow with the number of open pages. */
class JobFeed {
  private readonly mailboxes = new Set<Mailbox>();
  private cursor: string;
  private fingerprint = "";
  private timer: NodeJS.Timeout | null = null;

  constructor(
    cursor: string,
    private read: Read,
    private readonly onEmpty: () => void,
  ) {
    this.cursor = cursor;
  }

  /** The newest watcher's rights do the reading: the session behind them was checked last. */
  borrow(read: Read): void {
    this.read = read;
  }

  listen(afterEventId: string): Listener {
    const mailbox = new Mailbox();
    // A listener that resumes from before the feed's cursor makes the feed read again from there; events are deduplicated by id.
    if (BigInt(afterEventId) < BigInt(this.cursor)) this.cursor = afterEventId;
    this.fingerprint = "";
    this.mailboxes.add(mailbox);
    this.timer ??= setTimeout(() => void this.poll(), POLL_EVERY_MS);
    return {
      next: (signal) => mailbox.take(signal),
      stop: () => {
        this.mailboxes.delete(mailbox);
        if (this.mailboxes.size > 0) return;
        if (this.timer !== null) clearTimeout(this.timer);
        this.timer = null;
        this.onEmpty();
      },
    };
  }

  private async poll(): Promise<void> {
    try {
      const news = await this.read(this.cursor);
      this.cursor = news.events.at(-1)?.id ?? this.cursor;
      const fingerprint = `${news.state}/${news.live?.index}/${news.live?.stepsDone}/${news.live?.losses.length}`;
      if (news.events.length > 0 || fingerprint !== this.fingerprint)
        for (const mailbox of this.mailboxes) mailbox.put(news);
      this.fingerprint = fingerprint;
    } catch (error) {
      log("warn", `job feed: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (this.mailboxes.size > 0) this.timer = setTimeout(() => void this.poll(), POLL_EVERY_MS);
  }
}

/** Holds at most one message: what a slow client has not taken yet is merged, so memory stays bounded. */
class Mailbox {
  private waiting: JobLive | null = null;
  private wake: (() => void) | null = null;

  put(news: JobLive): void {
    const events = [...(this.waiting?.events ?? []), ...news.events].slice(-WAITING_EVENTS_MAX);
    this.waiting = { ...news, events };
    this.wake?.();
  }

  async take(signal: AbortSignal | undefined): Promise<JobLive | null> {
    if (this.waiting === null) await this.arrival(signal);
    const news = this.waiting;
    this.waiting = null;
    return news;
  }

  private arrival(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, WAKE_EVERY_MS);
      const finish = (): void => done();
      this.wake = finish;
      signal?.addEventListener("abort", finish, { once: true });
      function done(): void {
        clearTimeout(timer);
        signal?.removeEventListener("abort", finish);
        resolve();
      }
    });
  }
}

const holder = globalThis as { trainyardJobFeeds?: Map<string, JobFeed> };

/** The process's feed of one job for one organisation. */
export function jobFeed(f: { key: string; cursor: string; read: Read }): { listen(afterEventId: string): Listener } {
  const feeds = (holder.trainyardJobFeeds ??= new Map());
  const known = feeds.get(f.key);
  if (known !== undefined) {
    known.borrow(f.read);
    return known;
  }
  const made = new JobFeed(f.cursor, f.read, () => {
    if (feeds.get(f.key) === made) feeds.delete(f.key);
  });
  feeds.set(f.key, made);
  return made;
}
