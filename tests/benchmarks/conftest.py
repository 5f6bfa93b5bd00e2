from figures import made

__all__ = ["made"]
