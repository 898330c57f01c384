// Stands in for the extension host on a harness page: the same messages, from data.js.
const query = new URLSearchParams(location.search);
if (query.has("force2d")) document.body.setAttribute("data-force-2d", "");
if (query.has("ja")) {
  const strings = document.createElement("script");
  strings.type = "application/json";
  strings.id = "strings";
  strings.textContent = JSON.stringify(window.harness.strings);
  document.body.append(strings);
}

window.posted = [];
window.acquireVsCodeApi = () => ({
  getState: () => JSON.parse(query.get("state") ?? sessionStorage.getItem("state") ?? "null") ?? undefined,
  setState: (state) => sessionStorage.setItem("state", JSON.stringify(state)),
  postMessage: (message) => {
    window.posted.push(message);
    if (message.type === "ready") answer();
    if (message.type === "explain") explain(message.model);
  },
});

const send = (data) => window.dispatchEvent(new MessageEvent("message", { data }));

function explain(model) {
  const { explanation } = window.harness.pictures[Number(query.get("picture") ?? 0)];
  const typed = {
    ...explanation,
    hkl: Int32Array.from(explanation.hkl),
    effect: Float64Array.from(explanation.effect),
  };
  send({ type: "explained", model, explanation: typed });
}

function answer() {
  if (query.has("loading")) return send({ type: "loading", fraction: 0.42 });
  if (query.has("failed")) {
    return send({
      type: "failed",
      problems: ["187:41: not a number: 0.2*63", "the grid ends after 41280 of 46656 values: the file is cut off"],
    });
  }
  if (location.pathname.includes("study-")) return window.harness.study.forEach(send);
  const { picture, predictions } = window.harness.pictures[Number(query.get("picture") ?? 0)];
  send({
    type: "pictureLoaded",
    picture: { ...picture, hkl: Int32Array.from(picture.hkl), amplitude: Float64Array.from(picture.amplitude) },
  });
  send({ type: "predictionsChanged", predictions: query.has("empty") ? [] : predictions });
}
