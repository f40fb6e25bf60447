/** Hands a file that was made in the page to the browser's downloads. */
export function saveFile(fileName: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}

/** A canvas as a PNG on a solid ground: a transparent chart is unreadable on a slide of the other theme. */
export async function canvasPng(canvas: HTMLCanvasElement, ground: string): Promise<Blob | null> {
  const sheet = document.createElement("canvas");
  sheet.width = canvas.width;
  sheet.height = canvas.height;
  const pen = sheet.getContext("2d");
  if (pen === null) return null;
  pen.fillStyle = ground;
  pen.fillRect(0, 0, sheet.width, sheet.height);
  pen.drawImage(canvas, 0, 0);
  return new Promise((resolve) => sheet.toBlob(resolve, "image/png"));
}
