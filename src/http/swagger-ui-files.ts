const image = 'image/png'
const script = 'text/javascript; charset=utf-8'
const style = 'text/css; charset=utf-8'

/** All that Swagger UI is made of, by path: its file in `assets/swagger-ui`. */
export const swaggerUiFiles: ReadonlyMap<string, { name: string; type: string }> = new Map([
  ['/swagger-ui', { name: 'index.html', type: 'text/html; charset=utf-8' }],
  ['/swagger-ui/start.js', { name: 'start.js', type: script }],
  ['/swagger-ui/swagger-ui-bundle.js', { name: 'swagger-ui-bundle.js', type: script }],
  ['/swagger-ui/swagger-ui.css', { name: 'swagger-ui.css', type: style }],
  ['/swagger-ui/index.css', { name: 'index.css', type: style }],
  ['/swagger-ui/favicon-32x32.png', { name: 'favicon-32x32.png', type: image }],
])
