// A button on a company's own page. It opens the survey in a new tab: no frame, no link, no
// inline style attribute and nothing stored, so any content policy that lets this file in will do.
(() => {
  const survey = __SURVEY__;
  const place = document.querySelector(`[data-cxhub="${survey.code}"]`);
  const button = document.createElement("button");
  button.type = "button";
  button.lang = survey.language;
  button.textContent = survey.label;
  button.title = survey.hint;
  Object.assign(button.style, {
    minHeight: "44px", padding: "10px 18px", border: "2px solid #fff", borderRadius: "22px",
    background: survey.background, color: "#fff", font: "600 16px/1.25 system-ui, sans-serif",
    cursor: "pointer",
  });
  button.addEventListener("click", () => window.open(survey.url, "_blank", "noopener"));
  if (place) {
    place.append(button);
    return;
  }
  Object.assign(button.style, {
    position: "fixed", zIndex: "2147483000", insetBlockEnd: "16px", insetInlineEnd: "16px",
    boxShadow: "0 2px 8px rgba(0, 0, 0, .3)",
  });
  document.body.append(button);
})();
