import type { Request, Response } from 'express';
import multer, { MulterError } from 'multer';
import { Refusal, invalid, limits } from '../contract/index.js';
import type { HeldBytes } from '../platform/held-bytes.js';

/** Room for the lines around a file in its form. */
const envelopeBytes = 4 * 1024;

/** Reads files out of forms into memory, which is bounded in total and per person. */
export class Uploads {
  constructor(private readonly heldBytes: HeldBytes) {}

  /**
   * Calls `use` with the one file in `field`; its memory counts until `use` ends. Throws PAYLOAD_TOO_LARGE over
   * `limits.imageBytes`, VALIDATION_FAILED for a form that is broken or holds anything else, and what
   * {@link HeldBytes.during} throws.
   */
  async read<T>(
    { request, response, field, holder }: Upload,
    use: (file: Buffer) => Promise<T>,
  ): Promise<T> {
    const most = limits.imageBytes + envelopeBytes;
    const bytes = Number(request.headers['content-length'] ?? most);
    if (bytes > most) throw new Refusal('PAYLOAD_TOO_LARGE');
    return this.heldBytes.during(holder, bytes, async () =>
      use(await readFile(request, response, field)),
    );
  }
}

interface Upload {
  request: Request;
  response: Response;
  field: string;
  /** Who sends it, by id. */
  holder: string;
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
