"""The register of ambassadors, by district."""
