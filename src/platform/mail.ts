import type { Transporter } from 'nodemailer';
import { Schema, type Connection } from 'mongoose';
import type { Config } from './config.js';
import { specOf } from './store.js';

export interface Mail {
  to: string;
  subject: string;
  text: string;
}

export interface StoredMail extends Mail {
  sentAt: Date;
}

export interface Mailer {
  send(mail: Mail): Promise<void>;
}

/** Sends over the configured mail server; without one into the developers' mailbox. */
export function openMail(
  config: Pick<Config, 'smtpUrl' | 'mailFrom'>,
  mongo: Connection,
): { mailer: Mailer; mailbox: DevMailbox | undefined } {
  if (config.smtpUrl !== undefined)
    return { mailer: createSmtpMailer(config.smtpUrl, config.mailFrom), mailbox: undefined };
  const mailbox = new DevMailbox(mongo);
  return { mailer: mailbox, mailbox };
}

/** Mails through a real server. */
function createSmtpMailer(url: string, from: string): Mailer {
  let transport: Transporter | undefined;
  return {
    async send(mail) {
      const { createTransport } = await import('nodemailer');
      transport ??= createTransport(url, { from });
      try {
        await transport.sendMail(mail);
      } catch (error) {
        // Its message repeats the answer of the server, which names the address.
        const { code = 'failed', responseCode = '' } = error as Record<string, string | number>;
        throw new Error(`the mail server: ${code} ${responseCode}`.trim());
      }
    },
  };
}

const schema = new Schema<StoredMail>(
  { to: String, subject: String, text: String, sentAt: Date },
  { collection: 'devMails', versionKey: false },
);
/** Mails expire after a week, since this is a development aid and no archive. */
schema.index({ sentAt: 1 }, { expireAfterSeconds: 7 * 24 * 3600 });

/** Where mails go while there is no mail server (loopback only): a mailbox that the developer can read. */
export class DevMailbox implements Mailer {
  static readonly collections = [specOf(schema)];
  private readonly mails;

  constructor(connection: Connection) {
    this.mails = connection.model('DevMail', schema);
  }

  async send(mail: Mail): Promise<void> {
    await this.mails.create({ ...mail, sentAt: new Date() });
  }

  async newest(): Promise<StoredMail[]> {
    return this.mails.find().sort({ sentAt: -1 }).limit(50).lean<StoredMail[]>();
  }
}
