/** To come. */
export default function ImportLoan({ onClose: _onClose }: { onClose: () => void }) {
  return null
}
