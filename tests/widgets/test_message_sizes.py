"""What is sent of large sheets and many numbers, in bytes and not in letters."""

from __future__ import annotations

from uuid import UUID, uuid4

from omnidomain_jupyter.schemas import MetricsRow
from omnidomain_jupyter.status import RunStatus
from omnidomain_jupyter.widgets.message_size import fitting, size
from omnidomain_jupyter.widgets.numbers import ROWS, numbers_of
from omnidomain_jupyter.widgets.sheet_draft import SheetDraft
from omnidomain_jupyter.widgets.sheet_grid import COLUMNS, SheetGrid

MESSAGE = 200_000  # bytes


def test_values_are_counted_in_bytes():
    assert size("猫") == 5
    assert fitting(["猫" * 10] * 10, 100) == ["猫" * 10] * 2
    assert len(fitting(["x" * 1000], 100)) == 1


def test_the_pieces_of_a_sheet_in_any_script_are_small():
    grid = SheetGrid(lambda: None)
    sent: list[dict] = []
    grid._send = lambda message, buffers=None: sent.append(message)
    grid.load(SheetDraft(["sample_id", "reads_1"], [["猫" * 180, "犬" * 190]] * 3000))

    while (there := sum(len(message["content"]["rows"]) for message in sent[1:])) < 3000:
        more = {"kind": "more", "version": grid.version, "start": there}
        grid._handle_custom_msg(more, [])

    assert max(map(size, sent)) < MESSAGE


def test_a_sheet_of_very_many_columns_is_shown_in_part_and_kept_whole():
    grid = SheetGrid(lambda: None)
    sent: list[dict] = []
    grid._send = lambda message, buffers=None: sent.append(message)
    names = [f"column_{number:04}_{'猫' * 60}" for number in range(3000)]
    draft = SheetDraft(names, [["猫" * 150] * 3000] * 60)

    grid.load(draft)
    grid.edit([(0, 3, "changed")])

    assert (len(grid.columns), grid.columns_total) == (COLUMNS, 3000)
    assert max(map(size, sent)) < MESSAGE
    assert draft.text().split("\n")[1].split("\t")[3:5] == ["changed", "猫" * 150]
    assert len(draft.text().split("\n")[1].split("\t")) == 3000


def _row(run_id: UUID, q20: float, name: str = "gut") -> MetricsRow:
    values = {"sequali.reads": 40.0, "sequali.q20_share": q20, "sequali.mean_length": 60.0}
    return MetricsRow(
        run_id=run_id,
        row_number=1,
        sample_id=name,
        status=RunStatus.COMPLETED,
        sample=name,
        values=values,
    )


def test_of_many_samples_the_chosen_is_first_and_then_the_worst():
    chosen = uuid4()
    rows = [_row(uuid4(), 0.5 + number / 1000, "猫" * 190) for number in range(400)]
    found = numbers_of([*rows, _row(chosen, 0.99)], str(chosen))

    assert [row["chosen"] for row in found["rows"]][:2] == [True, False]
    shown = [row["values"][1] for row in found["rows"]]
    assert shown[0] == 0.99
    assert shown[1:4] == [0.5, 0.501, 0.502]
    assert len(shown) <= ROWS
    assert found["note"].startswith(f"{len(shown)} of 401")
    spread = found["spread"][1]
    assert (spread["low"], spread["high"], sum(spread["bins"])) == (0.5, 0.99, 401)
    assert size(found) < MESSAGE


def test_numbers_of_tools_that_are_not_known_here_have_columns_too():
    run_id = uuid4()
    row = _row(run_id, 1.0).model_copy(update={"values": {"quast.N50": 1200.0}})

    found = numbers_of([row], str(run_id))

    assert [column["name"] for column in found["columns"]] == ["quast.N50"]
    assert found["rows"][0]["values"] == [1200.0]
    assert numbers_of([row.model_copy(update={"values": {}})], str(run_id)) == {}
