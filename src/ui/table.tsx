import type { ReactNode } from "react";
import { classNames } from "./class-names";

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** Numbers stand right, so that their digits line up. */
  readonly numeric?: boolean;
  /** Left out on phones. */
  readonly wideOnly?: boolean;
  /** Left out wherever the table does not have a very wide screen. */
  readonly roomyOnly?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

interface TableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Makes the whole row answer to a press; the first cell's own link or button serves the keyboard. */
  readonly onRowClick?: (row: Row) => void;
}

/** A dense table that scrolls sideways inside its sheet rather than stretching the page. */
export function Table<Row>({ caption, columns, rows, rowKey, onRowClick }: TableProps<Row>) {
  const place = (column: Column<Row>): string =>
    classNames(
      "px-2.5 first:pl-4 last:pr-4 whitespace-nowrap md:px-3",
      column.numeric === true && "text-right",
      column.wideOnly === true && "hidden md:table-cell",
      column.roomyOnly === true && "hidden 2xl:table-cell",
    );
  return (
    <div className="overflow-x-auto">
      <table className="w-full border-collapse text-sm">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b text-left text-xs text-ink-faint">
            {columns.map((column) => (
              <th key={column.id} scope="col" className={classNames("py-2 font-medium", place(column))}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              className={classNames(
                "border-b last:border-b-0",
                onRowClick !== undefined && "cursor-pointer hover:bg-sunken",
              )}
              {...(onRowClick === undefined ? {} : { onClick: () => onRowClick(row) })}
            >
              {columns.map((column) => (
                <td key={column.id} className={classNames("py-2 align-middle", place(column))}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
