/** How much of a photo is uploaded, as a ring that fills. All of it is out before the server has made an image of it. */
export function UploadRing({ share, label }: { share: number; label: string }) {
  return (
    <span
      class={`upload-ring ${share < 1 ? '' : 'is-out'}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      style={{ '--share': share }}
    />
  );
}
