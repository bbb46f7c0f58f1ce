// A picture that is being sent, small, drawn from the file itself: the policy of the pages lets
// no image come from where a browser keeps files, and needs not.

let last = Promise.resolve() // One after the other: a picture that is decoded takes much memory.

/** Draw `file` into `canvas`, wholly; nothing where the browser cannot read it. */
export function drawThumbnail(file, canvas) {
  last = last.then(() => draw(file, canvas)).catch(() => {})
}

async function draw(file, canvas) {
  if (!canvas.isConnected) return
  const picture = await createImageBitmap(file, { resizeWidth: canvas.width })
  const scale = Math.min(canvas.width / picture.width, canvas.height / picture.height)
  const [width, height] = [picture.width * scale, picture.height * scale]
  const [left, top] = [(canvas.width - width) / 2, (canvas.height - height) / 2]
  canvas.getContext("2d").drawImage(picture, left, top, width, height)
  picture.close()
}
