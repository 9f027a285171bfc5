from __future__ import annotations

import pytest

from omnidomain_jupyter.pipelines.definition import load_definition
from omnidomain_jupyter.pipelines.parameters import (
    checked_parameters,
    how_to_set,
    missing_parameters,
    parameter_notes,
)
from omnidomain_jupyter.pipelines.registry import PipelineRegistry

NEEDY = """
name = "needy"
title = "Needy"
engine = "nextflow"
source = "me/needy"
required_parameters = ["kraken_db", "busco_db", "level"]
[environment_parameters]
busco_db = "MY_BUSCO"
[fixed_parameters]
level = 3
"""


def test_values_become_texts_as_nextflow_writes_them():
    given = {"P": {"db": "/databases/busco 5", "threads": 4, "fast": True, "ratio": 0.5}}
    texts = {"db": "/databases/busco 5", "threads": "4", "fast": "true", "ratio": "0.5"}
    assert checked_parameters(given) == {"P": texts}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("/db", "P needs parameters and their values"),
        (5, "P needs parameters and their values"),
        ({"--db": "/db"}, "'--db' of P is not the name of a parameter"),
        ({3: "/db"}, "3 of P is not the name of a parameter"),
        ({"db": "-resume"}, "db of P is '-resume'"),
        ({"db": ""}, "db of P is ''"),
        ({"db": "a\nb"}, "control characters"),
        ({"db": None}, "db of P must be a text, a number, True or False, and is None"),
        ({"db": ["/a"]}, "db of P must be a text"),
    ],
)
def test_what_cannot_be_passed_is_refused_by_its_name(values, expected):
    with pytest.raises(ValueError, match="pipeline_parameters: ") as caught:
        checked_parameters({"P": values})
    assert expected in str(caught.value)


def test_what_has_no_effect_is_said():
    pipelines = PipelineRegistry().list()
    given = {
        "FungalFow": {"db": "/db"},
        "ReadQC": {"db": "/db"},
        "FungalFlow": {"base_outdir": "/elsewhere", "funannotate_db": "/db"},
        "PhytoFlow": {"eggnog_db_dir": "/db"},
    }
    said = list(parameter_notes(checked_parameters(given), pipelines))
    assert len(said) == 3
    assert "no such pipeline. Did you mean 'FungalFlow'?" in said[0]
    assert "no effect on ReadQC" in said[1]
    assert "FungalFlow: every run sets base_outdir itself" in said[2]


def test_needed_parameters_may_come_from_three_places(write_pipeline):
    pipeline = load_definition(write_pipeline(NEEDY))
    assert missing_parameters(pipeline, {}, {}) == ["kraken_db", "busco_db"]
    assert missing_parameters(pipeline, {"kraken_db": "/k"}, {"MY_BUSCO": "/b"}) == []
    message = how_to_set(pipeline, ["kraken_db", "busco_db"])
    assert "c.OmniDomainApp.pipeline_parameters" in message
    assert "kraken_db, busco_db (or the environment variable MY_BUSCO)" in message
