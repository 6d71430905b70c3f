import { AsyncLocalStorage } from 'node:async_hooks';
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
  type Context,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { Refusal, errorCodes } from '../contract/index.js';
import type { Tracing } from './spans.js';

const kinds = { server: SpanKind.SERVER, consumer: SpanKind.CONSUMER, client: SpanKind.CLIENT };

/**
 * Spans over OTLP/HTTP to the address. `share`: of the requests that come without a `traceparent`; who sends one decides
 * by its flag, unless `ofCallers` is off. Spans that cannot be sent in time are dropped, never waited for.
 */
export function openTelemetry(options: {
  url: string;
  share: number;
  ofCallers: boolean;
  nodeId: string;
  process: string;
}): Tracing & { close(): Promise<void> } {
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.name': `haggle-${options.process}`,
      'service.instance.id': options.nodeId,
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(options.share) }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: options.url }))],
  });
  const tracer = provider.getTracer('haggle');
  const active = new AsyncLocalStorage<Context>();
  return {
    on: true,
    async span(
      name,
      work,
      { about, kind, caller, parent = options.ofCallers ? caller : undefined } = {},
    ) {
      const under = parent ? parentOf(parent) : (active.getStore() ?? ROOT_CONTEXT);
      const span = tracer.startSpan(
        name,
        { ...(about && { attributes: about }), ...(kind && { kind: kinds[kind] }) },
        under,
      );
      const failed = () => void span.setStatus({ code: SpanStatusCode.ERROR });
      try {
        return await active.run(trace.setSpan(under, span), () =>
          work({
            rename: (better) => void span.updateName(better),
            add: (more) => void span.setAttributes(more),
            failed,
          }),
        );
      } catch (error) {
        const { code, name: kindOfError } = error as { code?: unknown; name?: string };
        span.setAttribute(
          'error.type',
          typeof code === 'string' ? code : (kindOfError ?? 'unknown'),
        );
        // A refusal is an answer.
        if (!(error instanceof Refusal) || errorCodes[error.code].status >= 500) failed();
        throw error;
      } finally {
        span.end();
      }
    },
    here() {
      const store = active.getStore();
      const context = store && trace.getSpanContext(store);
      if (!context || !(context.traceFlags & TraceFlags.SAMPLED)) return undefined;
      return `00-${context.traceId}-${context.spanId}-01`;
    },
    close: () => provider.shutdown(),
  };
}

/** What cannot be read begins a trace of its own. */
function parentOf(traceparent: string): Context {
  const context = parseTraceParent(traceparent);
  return context
    ? trace.setSpanContext(ROOT_CONTEXT, { ...context, isRemote: true })
    : ROOT_CONTEXT;
}
