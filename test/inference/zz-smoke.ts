import { openInference, ask, chatRequest, demoModelPath } from './local-inference.ts'
import { scriptedModel } from '../fixtures/models.ts'
using scripted = scriptedModel()
await using inf = openInference()
const m = { name: 's', path: scripted.path, options: {} }
const d = { name: 'd', path: demoModelPath, options: {} }
let t = performance.now()
const lap = (w: string) => { console.log(w, Math.round(performance.now() - t)); t = performance.now() }
for (const q of ['hi', 'say coffee', 'tell me json', 'think', 'coffee']) { console.log(await ask(inf, m, chatRequest(q))); lap(q) }
console.log(inf.state('s'))
for (const q of ['what is llmd?', 'how do I add a provider?', 'hello', 'who are you?', 'how do I create a token?', 'what is a GGUF?', 'how do I load a model?', 'which port does llmd use?', 'Say ok', 'how do I stop the daemon?', 'what is the capital of France?', 'count to five', 'thanks']) { console.log(q, '=>', await ask(inf, d, chatRequest(q))); lap(q) }
console.log(inf.state('d'))
