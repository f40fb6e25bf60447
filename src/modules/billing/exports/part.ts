/** The rows of one file of several: rows `(part - 1) * size` up to `part * size`. Stops reading when it has them. */
export async function* takePart<Row>(rows: AsyncIterable<Row>, part: number, size: number): AsyncGenerator<Row> {
  let index = 0;
  for await (const row of rows) {
    if (index >= part * size) return;
    if (index >= (part - 1) * size) yield row;
    index++;
  }
}
