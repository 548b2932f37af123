import { span, type Line, type Style } from '../screen/span.ts'

/** A bar that is filled up to a share from 0 to 1; warm where it is nearly full. */
export function bar(share: number, width: number, style?: Style): Line {
  const whole = Math.max(0, Math.min(1, Number.isFinite(share) ? share : 0))
  // Something is never shown as nothing, and all but all never as all.
  const filled = Math.min(width, Math.max(whole > 0 ? 1 : 0, whole === 1 ? width : Math.floor(whole * width)))
  const colour = style ?? (whole >= 0.9 ? 'bad' : whole >= 0.75 ? 'warn' : 'good')
  return [span('█'.repeat(filled), colour), span('░'.repeat(width - filled), 'muted')]
}
