import type { CapturedAnswer } from '../logs/create-capture.ts'

/** The same answer, of which each piece is captured as it is read. */
export function captureResponse(response: Response, captured: CapturedAnswer): Response {
  // One that was written straight to the connection has none.
  if (!response.body) return response
  const release = captured.hold()
  const tap = new TransformStream<Uint8Array, Uint8Array>(
    {
      transform(piece, controller) {
        captured.add(piece)
        controller.enqueue(piece)
      },
      flush: release,
      cancel: release,
    },
    undefined,
    { highWaterMark: 0 },
  )
  return new Response(response.body.pipeThrough(tap), response)
}
