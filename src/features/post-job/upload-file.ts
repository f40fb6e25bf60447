import type { Upload } from "./draft";

/** Largest file that the server takes. */
export const UPLOAD_BYTES_MAX = 512 * 1024 * 1024;

/** Sends a file's raw bytes and reports the share sent. XMLHttpRequest, since fetch tells no upload progress. */
export function uploadFile(file: File, onProgress: (share: number) => void): Promise<Upload> {
  if (file.size > UPLOAD_BYTES_MAX)
    return Promise.reject(
      new Error("The file is larger than the 512 MiB that can be uploaded here. Use a smaller file."),
    );
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/uploads");
    request.setRequestHeader("content-type", "application/octet-stream");
    request.responseType = "json";
    request.upload.onprogress = (event) => onProgress(event.total === 0 ? 0 : event.loaded / event.total);
    request.onerror = () => reject(new Error("The connection broke before the file was there. Try again."));
    request.onload = () => {
      const answer = request.response as { hash?: string; bytes?: number; error?: { message: string } } | null;
      if (request.status === 200 && answer?.hash !== undefined && answer.bytes !== undefined)
        resolve({ fileName: file.name, hash: answer.hash, bytes: answer.bytes });
      else reject(new Error(answer?.error?.message ?? `The server refused the file (${request.status}). Try again.`));
    };
    request.send(file);
  });
}
