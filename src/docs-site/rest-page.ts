import { restGuide } from '../contract/documents/guide.js';
import { page } from './layout.js';
import { markdown } from './markdown.js';
import { html } from './markup.js';

/** The REST door as a page: the guide, and Swagger UI on `/openapi.json`. */
export const restPage = (): string =>
  page({
    title: 'Haggle REST API',
    here: '/docs',
    styles: ['/docs/swagger-ui/swagger-ui.css'],
    scripts: ['/docs/swagger-ui/swagger-ui-bundle.js', '/docs/start-swagger-ui.js'],
    body: html`<main>
      <details class="alone" open>
        <summary>Guide</summary>
        ${markdown(restGuide)}
      </details>
      <div id="swagger-ui">
        <noscript
          ><p class="alone">
            The rest of this page needs JavaScript; <a href="/openapi.json">the document</a> does
            not.
          </p></noscript
        >
      </div>
    </main>`,
  });

/** Served as a file, because the content security policy allows no inline script. */
export const startSwaggerUi = `
const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();

SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
});
`.trimStart();
