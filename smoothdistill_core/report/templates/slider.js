// Shows one size of formula at a time, as a slider asks; without this script all of them can be opened one by one.
for (const sizes of document.querySelectorAll(".sizes")) {
  const line = sizes.querySelector(".slider");
  const slider = line.querySelector("input");
  const said = line.querySelector("output");
  const all = [...sizes.querySelectorAll(".one-size")];
  const show = () => {
    all.forEach((one, place) => {
      one.hidden = place !== slider.valueAsNumber;
      one.open = !one.hidden;
    });
    said.value = all[slider.valueAsNumber].querySelector("summary").textContent;
    slider.setAttribute("aria-valuetext", said.value);
  };
  line.hidden = false;
  sizes.classList.add("sliding");
  slider.addEventListener("input", show);
  addEventListener("afterprint", show);
  show();
}
