/** A line of the answer. */
export const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** A line about it, for whoever looks on: a script that takes the answer does not get it. */
export const remark = (line: string): void => void process.stderr.write(`${line}\n`);
