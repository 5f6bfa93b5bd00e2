"""A hint on classes that other libraries generate code for: attrs, pydantic, and metaclasses like theirs."""

import os

import pytest
from reached import names, outside

from jitctl import _targets


def test_a_class_made_by_a_metaclass_like_pydantic_s():
    """A metaclass that puts its own shared functions, under the class's name, into the namespace."""

    class Meta(type):
        def __new__(cls, name, bases, namespace):
            def model_post_init(self, context):
                pass

            namespace.setdefault("model_post_init", model_post_init)
            made = super().__new__(cls, name, bases, namespace)
            made.__init__ = init
            return made

    def init(self, **data):
        vars(self).update(data)

    class Model(metaclass=Meta):
        n: int

        def doubled(self):
            return self.n * 2

        @classmethod
        def checked(cls, value):
            return value

    assert names(Model) == ["doubled", "checked"]


def test_attrs_itself():
    attrs = pytest.importorskip("attrs", reason="attrs is not installed")

    @attrs.define(order=True)
    class Item:
        name: str
        price: float = 1.0

        def total(self):
            return self.price

    @attrs.frozen(slots=False)
    class Frozen:
        name: str

    for owner in (Item, Frozen):
        found, _ = _targets.resolve(owner, "x")
        assert {"__init__", "__eq__", "__repr__"} <= {function.__name__ for function in found}
        assert not any(f"{os.sep}attr{os.sep}" in outside(function)[0] for function in found)
    assert "total" in names(Item)


def test_pydantic_itself():
    pydantic = pytest.importorskip("pydantic", reason="pydantic is not installed")

    class Model(pydantic.BaseModel):
        n: int
        _secret: int = 3

        def doubled(self):
            return self.n * 2

        @pydantic.field_validator("n")
        @classmethod
        def checked(cls, value):
            return value

        @pydantic.computed_field
        @property
        def tripled(self) -> int:
            return self.n * 3

    assert sorted(names(Model)) == ["checked", "doubled", "tripled"]
