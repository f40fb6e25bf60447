"use client";

import { useCallback, useState } from "react";

interface Pages<Row> {
  readonly rows: readonly Row[];
  readonly older: boolean;
  readonly reading: boolean;
  readonly readOlder: () => Promise<void>;
}

/**
 * A newest-first list that grows downwards: the first page is a live query, older ones are read once on demand, since
 * what they hold never changes.
 */
export function usePages<Row extends { readonly id: string }>(
  first: readonly Row[],
  pageSize: number,
  read: (last: Row) => Promise<readonly Row[]>,
): Pages<Row> {
  const [olderRows, setOlderRows] = useState<readonly Row[]>([]);
  const [ended, setEnded] = useState(false);
  const [reading, setReading] = useState(false);
  const known = new Set(first.map((row) => row.id));
  const rows = [...first, ...olderRows.filter((row) => !known.has(row.id))];
  const last = rows.at(-1);
  const readOlder = useCallback(async () => {
    if (last === undefined) return;
    setReading(true);
    try {
      const page = await read(last);
      setOlderRows((before) => [...before, ...page]);
      setEnded(page.length < pageSize);
    } finally {
      setReading(false);
    }
  }, [last, pageSize, read]);
  return { rows, older: !ended && first.length >= pageSize, reading, readOlder };
}
