"use client";

import { FileUp } from "lucide-react";
import { useId, useState, type DragEvent } from "react";
import { classNames } from "@/ui/class-names";
import { percent } from "@/ui/format";
import { Bytes } from "@/ui/quantity";
import type { Upload } from "./draft";
import { uploadFile } from "./upload-file";

interface DropZoneProps {
  readonly label: string;
  readonly hint: string;
  /** File name endings, with the dot. */
  readonly accept: readonly string[];
  readonly upload: Upload | null;
  readonly onUploaded: (upload: Upload, file: File) => void;
}

/** A place to drop a file or to choose one; sends it at once and says how far it is. */
export function DropZone({ label, hint, accept, upload, onUploaded }: DropZoneProps) {
  const id = useId();
  const [share, setShare] = useState<number | null>(null);
  const [over, setOver] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    if (!accept.some((ending) => file.name.toLowerCase().endsWith(ending)))
      return setError(`“${file.name}” does not end in ${accept.join(" or ")}. Choose another file.`);
    setError(null);
    setShare(0);
    try {
      onUploaded(await uploadFile(file, setShare), file);
    } catch (problem) {
      setError(problem instanceof Error ? problem.message : "The upload failed. Try again.");
    } finally {
      setShare(null);
    }
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  return (
    <div>
      <label
        htmlFor={id}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={classNames(
          "relative flex min-h-24 cursor-pointer flex-col items-center justify-center gap-1 overflow-hidden rounded-md border border-dashed px-4 py-4 text-center focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-proof",
          over ? "border-proof bg-proof-wash" : "border-line-strong hover:bg-sunken",
        )}
      >
        {share === null ? null : (
          <span
            className="hatched absolute bottom-0 left-0 h-1"
            style={{ width: percent(share, 1).replace(" ", "") }}
          />
        )}
        <FileUp className="size-5 text-ink-faint" aria-hidden="true" />
        <span className="text-sm font-medium">
          {share === null ? (upload?.fileName ?? label) : `Uploading, ${percent(share, 0)}`}
        </span>
        <span className="text-xs text-ink-faint">
          {upload === null || share !== null ? hint : <Uploaded upload={upload} />}
        </span>
        <input
          id={id}
          type="file"
          accept={accept.join(",")}
          className="sr-only"
          onChange={(event) => {
            void take(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
      </label>
      {error === null ? null : (
        <p role="alert" className="mt-1 text-xs text-fault">
          {error}
        </p>
      )}
    </div>
  );
}

function Uploaded({ upload }: { upload: Upload }) {
  return (
    <>
      <Bytes bytes={upload.bytes} />, sha256 {upload.hash.slice(0, 10)}… Drop another file to replace it.
    </>
  );
}
