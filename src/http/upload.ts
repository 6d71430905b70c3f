import type { Request, Response } from 'express';
import multer, { MulterError } from 'multer';
import { Refusal, invalid, limits } from '../contract/index.js';

/** Room for the lines around a file in its form. */
const envelopeBytes = 4 * 1024;
/** Bytes of files that this process holds at once; they are outside the heap, in a quarter of the memory. */
const heldBytesMax = 64 * 1024 * 1024;
/** The most of these bytes for one person: a handful of photos, so that others have room. */
const heldBytesPerPerson = 32 * 1024 * 1024;

/** Reads files out of forms into memory, which is bounded in total and per person. */
export class Uploads {
  private held = 0;
  private readonly heldOf = new Map<string, number>();

  /**
   * Calls `use` with the one file in `field`; its memory counts until `use` ends. Throws PAYLOAD_TOO_LARGE over
   * `limits.imageBytes`, VALIDATION_FAILED for a form that is broken or holds anything else, RATE_LIMITED when one
   * person sends too much at a time, and UNAVAILABLE when all together do.
   */
  async read<T>(
    { request, response, field, userId }: Upload,
    use: (file: Buffer) => Promise<T>,
  ): Promise<T> {
    const most = limits.imageBytes + envelopeBytes;
    const bytes = Number(request.headers['content-length'] ?? most);
    if (bytes > most) throw new Refusal('PAYLOAD_TOO_LARGE');
    const own = (this.heldOf.get(userId) ?? 0) + bytes;
    if (own > heldBytesPerPerson)
      throw new Refusal('RATE_LIMITED', 'Too many files at a time', { retryAfterMs: 1_000 });
    if (this.held + bytes > heldBytesMax)
      throw new Refusal('UNAVAILABLE', 'Too many files at a time', { retryAfterMs: 2_000 });
    this.held += bytes;
    this.heldOf.set(userId, own);
    try {
      return await use(await readFile(request, response, field));
    } finally {
      this.held -= bytes;
      const left = (this.heldOf.get(userId) ?? bytes) - bytes;
      if (left > 0) this.heldOf.set(userId, left);
      else this.heldOf.delete(userId);
    }
  }
}

interface Upload {
  request: Request;
  response: Response;
  field: string;
  userId: string;
}

const form = multer({
  storage: multer.memoryStorage(),
  limits: { fileSize: limits.imageBytes, files: 1, fields: 0, fieldNameSize: 100, headerPairs: 20 },
});

function readFile(request: Request, response: Response, field: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    form.single(field)(request, response, (error: unknown) => {
      if (error) reject(refusalOf(error, field));
      else if (request.file) resolve(request.file.buffer);
      else reject(invalid(field, 'is missing'));
    });
  });
}

/** The file is read into memory, so every failure here is the fault of what was sent. */
function refusalOf(error: unknown, field: string): Refusal {
  const code = error instanceof MulterError ? error.code : undefined;
  if (code === 'LIMIT_FILE_SIZE') return new Refusal('PAYLOAD_TOO_LARGE');
  if (code) return invalid(field, 'must be the only field, with one file');
  return new Refusal('VALIDATION_FAILED', 'The form cannot be read');
}
