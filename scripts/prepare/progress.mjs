const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** Work that ends sooner is not worth a line. */
const QUIET_MS = 1_000;

/**
 * Shows what takes longer than a second: one spinner line on a terminal, plain lines elsewhere.
 * `during(text, work)` runs `work(note)`; `note(detail)` replaces what is shown behind the text.
 * `spinnerOnly` is for work whose outcome the caller prints.
 * Everything else printed meanwhile must go through `line`, else it lands in the spinner.
 */
export function createProgress(out = process.stdout) {
  const live = Boolean(out.isTTY) && !process.env.CI;
  const steps = new Set();
  let frame = 0;
  let timer;

  const clear = () => live && out.write('\r\x1b[K');
  const draw = () => {
    const shown = [...steps].filter((step) => Date.now() - step.since >= QUIET_MS);
    if (shown.length === 0) return;
    frame = (frame + 1) % FRAMES.length;
    const text = shown
      .map((step) => `${step.text}${step.detail ? `: ${step.detail}` : ''} (${seconds(step)})`)
      .join(' · ');
    clear();
    out.write(`${FRAMES[frame]} ${text}`.slice(0, (out.columns ?? 80) - 1));
  };
  const line = (text) => {
    clear();
    out.write(`${text}\n`);
    if (live) draw();
  };
  const announce = (step) => {
    step.announced = true;
    line(`${step.text}${step.detail ? `: ${step.detail}` : ''} ...`);
  };

  async function during(text, work, { spinnerOnly = false } = {}) {
    const step = { text, since: Date.now(), detail: '', announced: false };
    steps.add(step);
    if (live) timer ??= setInterval(draw, 100).unref();
    else if (!spinnerOnly) step.plain = setTimeout(() => announce(step), QUIET_MS).unref();
    let outcome = 'failed';
    try {
      const result = await work((detail) => {
        step.detail = detail;
        if (step.announced) announce(step);
      });
      outcome = 'done';
      return result;
    } finally {
      steps.delete(step);
      clearTimeout(step.plain);
      if (steps.size === 0) {
        clearInterval(timer);
        timer = undefined;
        clear();
      }
      if (!spinnerOnly && Date.now() - step.since >= QUIET_MS)
        line(`${text}: ${outcome} (${seconds(step)})`);
    }
  }

  return { line, during };
}

function seconds(step) {
  return `${Math.round((Date.now() - step.since) / 1_000)} s`;
}
